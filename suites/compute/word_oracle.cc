#include "suites/compute/word_oracle.h"

#include <fmt/format.h>

#include <algorithm>

namespace vfqual::suites {

std::optional<std::string> FirstWordMismatch(std::span<const std::uint32_t> expected,
                                             std::span<const std::uint32_t> got) {
  const auto differing = std::mismatch(expected.begin(), expected.end(), got.begin(), got.end());
  if (differing.first == expected.end() && differing.second == got.end()) return std::nullopt;
  const auto at = differing.first - expected.begin();
  if (differing.first == expected.end() || differing.second == got.end()) {
    return fmt::format("{} words, {} expected", got.size(), expected.size());
  }
  return fmt::format("word {} of {} is {:#010x}, {:#010x} expected", at, expected.size(), *differing.second,
                     *differing.first);
}

std::vector<std::uint32_t> AfterSteps(std::vector<std::uint32_t> words, std::span<const AffineStep> steps) {
  for (const auto& step : steps) {
    for (auto& word : words) word = word * step.factor + step.summand;
  }
  return words;
}

}  // namespace vfqual::suites
