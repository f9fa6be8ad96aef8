// What several guests measured at the same time, cut to the window in which all of them were measuring (as igt's
// xe_sriov_scheduling does), and what follows from it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/stages/benchmark_result.h"

namespace vfqual {

// One guest's result; the spans are moved to one common clock.
struct GuestRates {
  BenchmarkResult result;
  double clock_offset_s = 0;  // the guest's clock less the common one
};

// Samples that a rate needs to be told (formats.md: Mann-Whitney wants as many for a comparison).
inline constexpr std::size_t kEnoughSamples = 9;

struct SharedRates {
  std::string path;
  std::string unit;
  // One list a guest, of those samples alone that lie wholly in the window.
  std::vector<std::vector<double>> samples;
};

// One entry for each metric that all guests stamped. A guest may end up with few samples, or none: see Enough().
std::vector<SharedRates> CutToSharedWindow(const std::vector<GuestRates>& guests);
bool Enough(const SharedRates& rates);
// When each guest measured it, in seconds after `start_s`: "0.1 to 2.4 s, 3.0 to 5.1 s"; "never" of one without stamps.
std::string WhenMeasured(const std::vector<GuestRates>& guests, const std::string& path, double start_s);

// Jain's index (sum x)^2 / (n * sum x^2): 1 when all are equal, 1/n when one takes all. Nothing where the sum is 0.
std::optional<double> JainIndex(const std::vector<double>& rates);
std::optional<double> MinOverMax(const std::vector<double>& rates);
// The standard deviation over the n rates (not n-1: they are all there are) by the mean.
std::optional<double> CoefficientOfVariation(const std::vector<double>& rates);

// "derived.<bench>.efficiency" and so on: metrics without a unit ("1"). A figure whose parts are missing is left out.
//   virtualization_cost   alone in one guest / on the PF
//   efficiency            sum over the guests / on the PF
//   of_physical_limit     sum over the guests / what the hardware could do at most
//   fairness_jain, fairness_min_max, fairness_cv   over the guests
//   noisy_neighbour_loss  1 - median in the shared window / alone, of the guest that ran alone
struct DerivedInput {
  SharedRates shared;
  std::size_t alone_guest = 0;  // index into shared.samples
  std::optional<double> alone;  // its median while the others idled
  std::optional<double> pf;     // on the PF, before there were VFs
  std::optional<double> limit;  // what the hardware could do at most
};
std::vector<reports::MetricFacts> DerivedMetrics(const DerivedInput& input);

}  // namespace vfqual
