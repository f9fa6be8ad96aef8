#include "bench/opencl/throughput_oracle.h"

#include <fmt/format.h>

#include <cmath>

namespace vfqual::bench {

FloatStep FloatStepFor(std::size_t step_count) {
  const auto factor = static_cast<float>(1 - 2 / static_cast<double>(step_count));
  return {.factor = factor, .summand = static_cast<float>(1.37 * (1 - factor))};
}

double FloatChains(const FloatStep& step, std::size_t step_count, std::size_t local_id, std::size_t chains) {
  double sum = 0;
  for (std::size_t chain = 0; chain < chains; ++chain) {
    auto x = static_cast<double>(local_id + chain);
    for (std::size_t i = 0; i < step_count; ++i) x = x * step.factor + step.summand;
    sum += x;
  }
  return sum;
}

std::uint32_t IntChains(std::uint32_t summand, std::size_t step_count, std::size_t local_id, std::size_t chains) {
  std::uint32_t sum = 0;
  for (std::size_t chain = 0; chain < chains; ++chain) {
    auto x = static_cast<std::uint32_t>(local_id + chain);
    for (std::size_t i = 0; i < step_count; ++i) x = x * x + summand;
    sum += x;
  }
  return sum;
}

std::optional<std::string> FirstChainMismatch(std::span<const double> expected, std::span<const double> got,
                                              std::size_t width, double tolerance) {
  for (std::size_t i = 0; i < got.size(); ++i) {
    const std::size_t item = i / width;
    const double right = expected[item % expected.size()];
    if (std::abs(got[i] - right) <= tolerance * std::abs(right)) continue;
    return fmt::format("the device computed wrong: lane {} of item {} ended at {}, {} expected", i % width, item,
                       got[i], right);
  }
  return std::nullopt;
}

}  // namespace vfqual::bench
