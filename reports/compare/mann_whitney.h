// The two-sided Mann–Whitney U test: do two sets of samples come from the same distribution?
#pragma once

#include <vector>

namespace vfqual::reports {

struct MannWhitney {
  double u = 0;  // of the first set: pairs in which its sample is the larger one, ties counting one half
  double p = 1;  // two-sided
};

// Exact for sets of up to 30 samples without ties; else the normal approximation with tie and continuity correction
// (Mann and Whitney 1947; ties: Lehmann, Nonparametrics, 1975). p is 1 where all samples are alike or a set is empty.
MannWhitney MannWhitneyTest(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace vfqual::reports
