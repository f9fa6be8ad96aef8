#include "suites/lab-va/codec_list.h"

#include <algorithm>
#include <cstdlib>

namespace vfqual::lab_va {
namespace {

constexpr const char* kVariable = "VFQUAL_LAB_VA_CODECS";

std::string Names(std::span<const Codec* const> codecs) {
  std::string names;
  for (const Codec* const codec : codecs) (names += names.empty() ? "" : ",") += codec->name;
  return names;
}

}  // namespace

std::variant<std::vector<const Codec*>, std::string> ParseCodecs(std::string_view words,
                                                                 std::span<const Codec* const> built) {
  std::vector<const Codec*> codecs;
  for (std::string_view rest = words;;) {
    const auto word = rest.substr(0, rest.find(','));
    const auto found = std::find_if(built.begin(), built.end(), [=](const Codec* one) { return one->name == word; });
    const std::string said = std::string(kVariable) + "=" + std::string(words) + ": '" + std::string(word) + "'";
    if (found == built.end()) return said + " is no codec of this driver, which has " + Names(built);
    if (std::find(codecs.begin(), codecs.end(), *found) != codecs.end()) return said + " stands there twice";
    codecs.push_back(*found);
    if (word.size() == rest.size()) return codecs;
    rest.remove_prefix(word.size() + 1);
  }
}

std::variant<std::vector<const Codec*>, std::string> ReadCodecs(std::span<const Codec* const> built) {
  const char* const words = std::getenv(kVariable);  // NOLINT(concurrency-mt-unsafe): nobody writes it
  return ParseCodecs(words == nullptr ? kUsualCodecs : std::string_view(words), built);
}

}  // namespace vfqual::lab_va
