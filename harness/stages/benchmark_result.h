// What a Google Benchmark program wrote with --benchmark_out=FILE, as the report's metrics.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "reports/events/event.h"

namespace vfqual {

struct BenchmarkFailure {
  std::string path;
  std::string reason;
};

// When a sample was taken, on the clock of the machine that took it, in seconds since 1970.
struct SampleSpan {
  double start_s = 0;
  double end_s = 0;
};

struct BenchmarkResult {
  std::vector<reports::MetricFacts> metrics;  // value: the median of its samples
  // By a metric's path, one for each sample; of the programs that stamp them with a counter named "at_s".
  std::map<std::string, std::vector<SampleSpan>> spans;
  // What the program told of its device, under names that begin with "opencl_" or "va_".
  std::map<std::string, std::string> context;
  std::vector<BenchmarkFailure> failures;  // those that ended with an error
};

// A counter's name is its unit: benchmark "opencl_global_bandwidth" with the counter "B/s" becomes the metric
// "bench.opencl_global_bandwidth" in B/s, one sample a repetition. Aggregates (mean, median …) are left out: they are
// made again from the samples. Google Benchmark prints NaN and Infinity bare, which is no JSON; such a sample makes its
// benchmark a failure. The text comes from a guest: bounded, nothing trusted.
Result<BenchmarkResult> ParseBenchmarkResult(const std::string& text);

// Of an odd or even number of samples; 0 of none.
double Median(std::vector<double> samples);

}  // namespace vfqual
