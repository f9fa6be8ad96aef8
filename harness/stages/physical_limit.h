// What the hardware could do at most, to set the measured rates beside it. Not run on hardware.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/facts/platform.h"
#include "harness/stages/benchmark_result.h"
#include "reports/events/event.h"

namespace vfqual {

struct PhysicalLimit {
  unsigned execution_units = 0;    // 0: nobody told
  unsigned fp32_lanes_per_eu = 0;  // 0: not known of this platform
  double memory_Bps = 0;           // channels x width x rate; 0: nobody told
};

// `bench`: what the OpenCL driver said of its device. Nothing where the platform is no hardware.
PhysicalLimit FindPhysicalLimit(Host& host, const Platform& platform, const BenchmarkResult& bench);

// Of one of the benches' metrics, in its unit: EUs x lanes x 2 (a multiplication and an addition) x clock, or the
// memory's. Nothing where it is not known, or the metric has no such limit.
std::optional<double> LimitOf(const PhysicalLimit& limit, const std::string& path, double clock_MHz);

// The facts themselves, as metrics: "gpu.execution_units", "gpu.clock_highest", "memory.bandwidth_limit".
std::vector<reports::MetricFacts> LimitFacts(const PhysicalLimit& limit, double clock_MHz);

// One test for each of the two limits: SKIP with what is missing of it, or PASS.
std::vector<reports::TestFacts> LimitTests(const Platform& platform, const PhysicalLimit& limit, double clock_MHz);

}  // namespace vfqual
