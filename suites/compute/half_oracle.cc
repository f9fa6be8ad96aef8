#include "suites/compute/half_oracle.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace vfqual::suites {

std::uint16_t HalfBits(int whole_number) {
  const auto magnitude = static_cast<std::uint32_t>(std::abs(whole_number));
  const std::uint32_t sign = whole_number < 0 ? 0x8000U : 0U;
  if (magnitude == 0) return static_cast<std::uint16_t>(sign);
  std::uint32_t exponent = 0;
  while ((magnitude >> (exponent + 1)) != 0) ++exponent;
  const std::uint32_t fraction = ((magnitude << 10U) >> exponent) & 0x3ffU;
  return static_cast<std::uint16_t>(sign | ((exponent + 15) << 10U) | fraction);
}

double HalfValue(std::uint16_t bits) {
  const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
  const int exponent = (bits >> 10U) & 0x1f;
  const int fraction = bits & 0x3ff;
  if (exponent == 0x1f) return fraction == 0 ? sign * INFINITY : NAN;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

std::vector<std::uint16_t> ExactHalves(std::span<const std::uint32_t> words) {
  std::vector<std::uint16_t> halves;
  halves.reserve(words.size());
  for (const auto word : words) halves.push_back(HalfBits(static_cast<int>(word % 1001U) - 500));
  return halves;
}

std::optional<std::string> FirstHalfMismatch(double a, std::span<const std::uint16_t> x,
                                             std::span<const std::uint16_t> y, std::span<const std::uint16_t> got) {
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double expected = a * HalfValue(x[i]) + HalfValue(y[i]);
    if (HalfValue(got[i]) == expected) continue;
    return fmt::format("element {} of {}: {} * {} + {} gave {} in half precision, {} expected", i, got.size(), a,
                       HalfValue(x[i]), HalfValue(y[i]), HalfValue(got[i]), expected);
  }
  return std::nullopt;
}

}  // namespace vfqual::suites
