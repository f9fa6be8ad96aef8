#include "suites/media/vainfo_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "suites/support/run_program.h"

namespace vfqual::suites {
namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::vector<std::string> OnlyIn(std::vector<std::string> these, std::vector<std::string> those) {
  std::sort(these.begin(), these.end());
  std::sort(those.begin(), those.end());
  std::vector<std::string> only;
  std::set_difference(these.begin(), these.end(), those.begin(), those.end(), std::back_inserter(only));
  return only;
}

}  // namespace

std::vector<std::string> ParseVainfo(std::string_view output) {
  std::vector<std::string> pairs;
  while (!output.empty()) {
    const auto end = std::min(output.find('\n'), output.size());
    const auto line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto profile = Trim(line.substr(0, colon));
    const auto entrypoint = Trim(line.substr(colon + 1));
    if (profile.starts_with("VAProfile") && entrypoint.starts_with("VAEntrypoint")) {
      pairs.push_back(fmt::format("{}/{}", profile, entrypoint));
    }
  }
  return pairs;
}

Result<std::string> RunVainfo(const std::filesystem::path& render_node) {
  return RunProgram({"vainfo", "--display", "drm", "--device", render_node.string()}, Errors::kDropped);
}

Status CheckSameCapabilities(const std::vector<std::string>& libva, const std::vector<std::string>& vainfo) {
  const auto only_libva = OnlyIn(libva, vainfo);
  const auto only_vainfo = OnlyIn(vainfo, libva);
  if (only_libva.empty() && only_vainfo.empty()) return {};
  return Fail(fmt::format("vainfo lists other capabilities than libva: only libva has [{}], only vainfo has [{}]",
                          fmt::join(only_libva, " "), fmt::join(only_vainfo, " ")));
}

}  // namespace vfqual::suites
