#include "harness/stages/suite_output.h"

#include <algorithm>
#include <cstdlib>

#include "harness/stages/suite_result.h"

namespace vfqual {

namespace {

using reports::Verdict;

constexpr std::size_t kMaxPrintedTests = 10000;
constexpr std::size_t kMaxStepBytes = 200;
constexpr std::size_t kTagBytes = 13;  // "[ RUN      ] "

// "VaSurface.KeepsAnUploadedPicture (12 ms)"
struct Line {
  std::string path;
  double seconds = 0;
};

Line ReadLine(std::string_view text) {
  Line line;
  const auto space = text.find(' ');
  const auto name = text.substr(0, space);
  const auto dot = name.find('.');
  if (dot == std::string_view::npos || dot == 0) return line;
  line.path = TestPath(std::string(name.substr(0, dot)), std::string(name.substr(dot + 1)));
  if (space != std::string_view::npos && text.substr(space).starts_with(" (")) {
    line.seconds = std::max(0.0, std::strtod(std::string(text.substr(space + 2)).c_str(), nullptr)) / 1e3;
  }
  return line;
}

std::optional<Verdict> VerdictOf(std::string_view tag) {
  if (tag == "[       OK ] ") return Verdict::kPass;
  if (tag == "[  FAILED  ] ") return Verdict::kFail;
  if (tag == "[  SKIPPED ] ") return Verdict::kSkip;
  return std::nullopt;
}

std::string Step(std::string_view text) {
  return std::string(text.substr(0, kMaxStepBytes));
}

}  // namespace

SuiteOutput ParseSuiteOutput(std::string_view text) {
  SuiteOutput output;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.size() <= kTagBytes) continue;
    const auto tag = line.substr(0, kTagBytes);
    const auto rest = line.substr(kTagBytes);
    if (tag == "[ SET-UP   ] ") output.set_up = Step(rest);
    if (tag == "[ TIMEOUT  ] ") output.timed_out = Step(rest.substr(std::min(rest.find(": ") + 2, rest.size())));
    if (tag == "[ RUN      ] ") {
      output.set_up.clear();
      if (auto path = ReadLine(rest).path; !path.empty()) output.running = std::move(path);
    }
    // The summary at the end names failed tests again: only one that runs can end.
    const auto verdict = VerdictOf(tag);
    if (!verdict || output.ended.size() >= kMaxPrintedTests) continue;
    const auto test = ReadLine(rest);
    if (!output.running || test.path != *output.running) continue;
    const bool lost = *verdict != Verdict::kPass;
    output.ended.push_back(
        {test.path, *verdict, test.seconds, lost ? "its reason was lost as the suite broke off" : ""});
    output.running.reset();
  }
  return output;
}

}  // namespace vfqual
