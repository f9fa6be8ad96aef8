#include "reports/model/verdict.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace vfqual::reports {

namespace {
constexpr std::array<std::string_view, 6> kWords = {"FAIL", "ERROR", "MISS", "PASS", "DONE", "SKIP"};
}  // namespace

std::string_view Word(Verdict verdict) {
  return kWords.at(static_cast<std::size_t>(verdict));
}

std::optional<Verdict> ParseVerdict(std::string_view word) {
  const auto* const found = std::find(kWords.begin(), kWords.end(), word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<Verdict>(found - kWords.begin());
}

Verdict Worst(Verdict a, Verdict b) {
  return std::min(a, b);
}

bool IsBad(Verdict verdict) {
  return verdict < Verdict::kPass;
}

int ExitCode(Verdict verdict) {
  if (verdict == Verdict::kFail) return 1;
  return IsBad(verdict) ? 3 : 0;
}

}  // namespace vfqual::reports
