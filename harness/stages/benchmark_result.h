// What a Google Benchmark program wrote with --benchmark_out=FILE, as the report's metrics.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "reports/events/event.h"

namespace vfqual {

struct BenchmarkFailure {
  std::string path;
  std::string reason;
};

struct BenchmarkResult {
  std::vector<reports::MetricFacts> metrics;  // value: the median of its samples
  std::vector<BenchmarkFailure> failures;     // those that ended with an error
};

// A counter's name is its unit: benchmark "opencl_global_bandwidth" with the counter "B/s" becomes the metric
// "bench.opencl_global_bandwidth" in B/s, one sample a repetition. Aggregates (mean, median …) are left out: they are
// made again from the samples. Google Benchmark prints NaN and Infinity bare, which is no JSON; such a sample makes its
// benchmark a failure. The text comes from a guest: bounded, nothing trusted.
Result<BenchmarkResult> ParseBenchmarkResult(const std::string& text);

}  // namespace vfqual
