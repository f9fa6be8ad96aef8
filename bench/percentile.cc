#include "bench/percentile.h"

#include <algorithm>
#include <cmath>

namespace vfqual::bench {

double Percentile(std::vector<double> samples, double percent) {
  const auto rank = std::ceil(percent / 100 * static_cast<double>(samples.size()));
  const auto at = std::clamp(static_cast<std::ptrdiff_t>(rank) - 1, std::ptrdiff_t{0}, std::ssize(samples) - 1);
  std::nth_element(samples.begin(), samples.begin() + at, samples.end());
  return samples[static_cast<std::size_t>(at)];
}

}  // namespace vfqual::bench
