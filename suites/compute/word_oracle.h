// Decides whether words that a device computed are the host's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vfqual::suites {

// Nothing, or a sentence about the first of `got` that differs from `expected`, which has as many.
std::optional<std::string> FirstWordMismatch(std::span<const std::uint32_t> expected,
                                             std::span<const std::uint32_t> got);

// word * factor + summand, modulo 2^32. Two of them in another order give another result, and so does one left out.
struct AffineStep {
  std::uint32_t factor = 1;
  std::uint32_t summand = 0;
};

// `words` after all steps, one after the other.
std::vector<std::uint32_t> AfterSteps(std::vector<std::uint32_t> words, std::span<const AffineStep> steps);

}  // namespace vfqual::suites
