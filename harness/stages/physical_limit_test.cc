#include "harness/stages/physical_limit.h"

#include <gtest/gtest.h>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

using reports::Verdict;

Platform TigerLake() {
  Platform platform;
  platform.id = "TGL";
  platform.name = "Tiger Lake";
  platform.fp32_lanes_per_eu = 8;
  return platform;
}

BenchmarkResult Bench(const std::string& units) {
  BenchmarkResult bench;
  bench.context["opencl_compute_units"] = units;
  return bench;
}

TEST(PhysicalLimit, OfTheLargestTigerLakeIsWhatIntelStates) {
  FakeHost host;
  const auto limit = FindPhysicalLimit(host, TigerLake(), Bench("96"));
  // 96 EUs at 1350 MHz: 2.07 TFLOPS.
  EXPECT_NEAR(LimitOf(limit, "bench.opencl_fp32_throughput", 1350).value_or(0), 2.0736e12, 1);
  EXPECT_FALSE(LimitOf(limit, "bench.opencl_fp32_throughput", 0)) << "without a clock";
  EXPECT_FALSE(LimitOf(limit, "bench.opencl_global_bandwidth", 1350)) << "the firmware told nothing";
  EXPECT_FALSE(LimitOf(limit, "bench.opencl_launch_latency_p50", 1350));
  const auto tests = LimitTests(TigerLake(), limit, 1350);
  EXPECT_EQ(tests.at(0).verdict, Verdict::kPass);
  EXPECT_EQ(tests.at(1).verdict, Verdict::kSkip);
  EXPECT_EQ(LimitFacts(limit, 1350).size(), 2U);
}

TEST(PhysicalLimit, WhatIsMissingIsSaid) {
  FakeHost host;
  for (const char* units : {"", "many", "99999999"}) {
    const auto limit = FindPhysicalLimit(host, TigerLake(), Bench(units));
    EXPECT_FALSE(LimitOf(limit, "bench.opencl_fp32_throughput", 1350)) << units;
    EXPECT_EQ(LimitTests(TigerLake(), limit, 1350).at(0).reason,
              "the OpenCL driver does not tell the number of execution units");
  }
  auto lab = TigerLake();
  lab.hardware = false;
  const auto limit = FindPhysicalLimit(host, lab, Bench("96"));
  EXPECT_FALSE(LimitOf(limit, "bench.opencl_fp32_throughput", 1350));
  EXPECT_EQ(LimitTests(lab, limit, 0).at(1).verdict, Verdict::kSkip);
}

}  // namespace
}  // namespace vfqual
