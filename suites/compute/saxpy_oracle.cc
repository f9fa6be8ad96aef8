#include "suites/compute/saxpy_oracle.h"

#include <fmt/format.h>

#include <cmath>

namespace vfqual::suites {

std::optional<std::string> FirstSaxpyMismatch(const SaxpyInput& input, std::span<const float> result) {
  for (std::size_t i = 0; i < result.size(); ++i) {
    const float fused = std::fma(input.a, input.x[i], input.y[i]);
    // volatile keeps the host's compiler from contracting the two operations itself.
    const volatile float product = input.a * input.x[i];
    const float separate = product + input.y[i];
    if (result[i] == fused || result[i] == separate) continue;
    return fmt::format("element {} of {}: {} * {} + {} gave {}, {} or {} expected", i, result.size(), input.a,
                       input.x[i], input.y[i], result[i], fused, separate);
  }
  return std::nullopt;
}

}  // namespace vfqual::suites
