#pragma once

#include <vector>

namespace vfqual::bench {

// The smallest sample that at least `percent` of all samples do not exceed (nearest rank); there must be one.
double Percentile(std::vector<double> samples, double percent);

}  // namespace vfqual::bench
