#include "harness/stages/bench_programs.h"

#include <fmt/format.h>

#include "harness/stages/media_bench.h"
#include "harness/stages/shared_window.h"

namespace vfqual {

namespace {

constexpr BenchTiming kBenchOnHardware{{1, 120}, 6, "0.2", 24};
// An emulated processor shows no stable rates however long it is watched; there only the path is tried. Seven guests
// that compile their kernels on it are a minute and a half apart.
constexpr BenchTiming kBenchInLab{{1.5, 240}, 3, "0.05", 40};

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

std::vector<ProgramRun> BenchPrograms(const RunContext& context) {
  std::vector<ProgramRun> programs = {OpenclBench(context), MediaBench(context)};
  for (auto& program : programs) {
    program.arguments.push_back(fmt::format("--benchmark_repetitions={}", kRepetitionsAlone));
    program.arguments.push_back(fmt::format("--benchmark_min_time={}", BenchTimingOf(context).min_time));
  }
  return programs;
}

}  // namespace vfqual
