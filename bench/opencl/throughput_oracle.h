// What the kernel `multiply_add` must leave, so that a rate counts only where the work was done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vfqual::bench {

inline constexpr std::size_t kChains = 8;
inline constexpr std::size_t kStepsPerRound = 16;

// One step of a chain: x * factor + summand.
struct FloatStep {
  double factor = 0;
  double summand = 0;
};

// For chains of single precision, whatever their length: the start is still felt at the end, and nothing grows, so that
// a step left out shows.
FloatStep FloatStepFor(std::size_t step_count);

// The sum of the chains of the work-item with this local id. By single precision it may differ by kFloatTolerance of
// itself, which is a tenth of what 1 % of the steps make; by half precision, whose chains end where they stay, by
// kHalfTolerance.
inline constexpr double kFloatTolerance = 2e-3;
inline constexpr double kHalfTolerance = 3e-2;
double FloatChains(const FloatStep& step, std::size_t step_count, std::size_t local_id, std::size_t chains = kChains);

// The same for whole numbers: x * x + summand, modulo 2^32.
std::uint32_t IntChains(std::uint32_t summand, std::size_t step_count, std::size_t local_id,
                        std::size_t chains = kChains);

// `got` holds `width` equal scalars for each item, in work-groups of kGroupItems. Nothing, or a sentence about the
// first that is off.
inline constexpr std::size_t kGroupItems = 64;
std::optional<std::string> FirstChainMismatch(std::span<const double> expected, std::span<const double> got,
                                              std::size_t width, double tolerance);

}  // namespace vfqual::bench
