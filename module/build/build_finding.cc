#include "module/build/build_finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vfqual {

namespace {

constexpr std::array<std::pair<BuildOutcome, std::string_view>, 8> kWords{{
    {BuildOutcome::kBuilt, "built"},
    {BuildOutcome::kExcluded, "excluded"},
    {BuildOutcome::kHeadersMissing, "headers missing"},
    {BuildOutcome::kCompilerWrong, "compiler missing or wrong"},
    {BuildOutcome::kCompileError, "compile error"},
    {BuildOutcome::kLinkError, "link error"},
    {BuildOutcome::kPackagingError, "packaging error"},
    {BuildOutcome::kBroken, "broken"},
}};

}  // namespace

std::string_view Word(BuildOutcome outcome) {
  const auto* const found = std::ranges::find(kWords, outcome, [](const auto& entry) { return entry.first; });
  return found == kWords.end() ? "broken" : found->second;
}

std::optional<BuildOutcome> BuildOutcomeFromWord(std::string_view word) {
  const auto* const found = std::ranges::find(kWords, word, [](const auto& entry) { return entry.second; });
  if (found == kWords.end()) return std::nullopt;
  return found->first;
}

std::string Describe(const BuildFinding& finding) {
  if (finding.outcome == BuildOutcome::kBuilt) return "built";
  std::string text = fmt::format("{}: ", Word(finding.outcome));
  if (!finding.file.empty()) text += fmt::format("{}:{}: ", finding.file, finding.line);
  text += finding.reason;
  if (!finding.header.empty() && finding.header != finding.file) text += fmt::format(" (from {})", finding.header);
  return text;
}

}  // namespace vfqual
