#include "harness/stages/physical_limit.h"

#include <charconv>

#include "harness/facts/memory_facts.h"

namespace vfqual {

namespace {

using reports::Verdict;

constexpr const char* kThroughput = "bench.opencl_fp32_throughput";
constexpr const char* kBandwidth = "bench.opencl_global_bandwidth";
constexpr unsigned kMostUnits = 65536;

reports::TestFacts KnownOrNot(const char* path, const std::string& missing) {
  if (missing.empty()) return {path, Verdict::kPass, 0, ""};
  return {path, Verdict::kSkip, 0, missing};
}

}  // namespace

PhysicalLimit FindPhysicalLimit(Host& host, const Platform& platform, const BenchmarkResult& bench) {
  PhysicalLimit limit;
  if (!platform.hardware) return limit;
  limit.fp32_lanes_per_eu = static_cast<unsigned>(platform.fp32_lanes_per_eu);
  // Intel's OpenCL driver counts execution units (compute-runtime: DeviceInfo::maxComputUnits is the EU count).
  if (const auto units = bench.context.find("opencl_compute_units"); units != bench.context.end()) {
    const auto& text = units->second;
    std::from_chars(text.data(), text.data() + text.size(), limit.execution_units);
    if (limit.execution_units > kMostUnits) limit.execution_units = 0;
  }
  if (const auto memory = ReadMemoryFacts(host)) limit.memory_Bps = memory->bandwidth_Bps;
  return limit;
}

std::optional<double> LimitOf(const PhysicalLimit& limit, const std::string& path, double clock_MHz) {
  double most = 0;
  if (path == kThroughput) most = 2.0 * limit.execution_units * limit.fp32_lanes_per_eu * clock_MHz * 1e6;
  if (path == kBandwidth) most = limit.memory_Bps;
  return most > 0 ? std::optional<double>(most) : std::nullopt;
}

std::vector<reports::MetricFacts> LimitFacts(const PhysicalLimit& limit, double clock_MHz) {
  std::vector<reports::MetricFacts> metrics;
  if (limit.execution_units > 0) metrics.push_back({"gpu.execution_units", 1.0 * limit.execution_units, "1", {}});
  if (clock_MHz > 0) metrics.push_back({"gpu.clock_highest", clock_MHz, "MHz", {}});
  if (limit.memory_Bps > 0) metrics.push_back({"memory.bandwidth_limit", limit.memory_Bps, "B/s", {}});
  return metrics;
}

std::vector<reports::TestFacts> LimitTests(const Platform& platform, const PhysicalLimit& limit, double clock_MHz) {
  std::string throughput;
  std::string memory;
  if (!platform.hardware) {
    throughput = memory = "the lab's GPU is a stand-in: it has no execution units and no memory of its own";
  } else {
    if (limit.execution_units == 0) throughput = "the OpenCL driver does not tell the number of execution units";
    if (limit.fp32_lanes_per_eu == 0)
      throughput = "how wide an execution unit of " + platform.name + " is is not known";
    if (clock_MHz <= 0) throughput = "the driver does not tell the GPU's clock";
    if (limit.memory_Bps <= 0) memory = "the firmware does not tell the memory's width and rate (SMBIOS type 17)";
  }
  return {KnownOrNot("physical_limit.throughput_is_known", throughput),
          KnownOrNot("physical_limit.bandwidth_is_known", memory)};
}

}  // namespace vfqual
