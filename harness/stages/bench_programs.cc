#include "harness/stages/bench_programs.h"

#include <fmt/format.h>

#include "harness/stages/media_bench.h"
#include "harness/stages/shared_window.h"

namespace vfqual {

namespace {

constexpr BenchTiming kBenchOnHardware{120, 6, "0.2", 24};
// An emulated processor shows no stable rates however long it is watched; there only the path is tried. Seven guests
// that compile their kernels on it are a minute and a half apart.
constexpr BenchTiming kBenchInLab{240, 3, "0.05", 40};

// A start is told in three calls to a guest's agent: in the lab to two guests at once in 0.2 s, to six in 1 s.
constexpr double kMargin_s = 0.3;
constexpr double kMarginOfGuest_s = 0.2;

constexpr int kRepetitionsAlone = 2 * static_cast<int>(kEnoughSamples);

ProgramRun OpenclBench(const RunContext& context) {
  ProgramRun bench{kOpenclBench, {}};
  if (!context.prepared.platform.hardware) bench.arguments.emplace_back("--allow-cpu-device");
  // Each kernel has to be compiled on the emulated processor before it can be measured.
  if (!context.prepared.platform.hardware) {
    bench.arguments.emplace_back("--buffer-mib=4");
    bench.arguments.emplace_back("--benchmark_filter=^opencl_(global_bandwidth|launch_latency_p50)(/.*)?$");
  }
  return bench;
}

}  // namespace

const BenchTiming& BenchTimingOf(const RunContext& context) {
  return context.prepared.platform.hardware ? kBenchOnHardware : kBenchInLab;
}

StartBarrier::Times StartTimesOf(const RunContext& context, std::size_t guests) {
  return {kMargin_s + kMarginOfGuest_s * static_cast<double>(guests), BenchTimingOf(context).longest_wait_s};
}

std::vector<ProgramRun> BenchPrograms(const RunContext& context) {
  std::vector<ProgramRun> programs = {OpenclBench(context), MediaBench(context)};
  for (auto& program : programs) {
    program.arguments.push_back(fmt::format("--benchmark_repetitions={}", kRepetitionsAlone));
    program.arguments.push_back(fmt::format("--benchmark_min_time={}", BenchTimingOf(context).min_time));
  }
  return programs;
}

}  // namespace vfqual
