#include "harness/stages/bench_programs.h"

#include <fmt/format.h>

#include "harness/stages/media_bench.h"
#include "harness/stages/shared_window.h"

namespace vfqual {

namespace {

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

BenchTiming BenchTimingOf(const RunContext& context, std::size_t guests) {
  const auto count = static_cast<double>(guests);
  const double margin_s = kMargin_s + kMarginOfGuest_s * count;
  if (context.prepared.platform.hardware) return {{margin_s, 120}, 6, "0.2", 24};
  // One emulated processor for all: four guests that had to compile all kernels were prepared after two and a half
  // minutes. How much work makes a sample is found out while the others take their part: of samples half as long one
  // guest had four times as many as another in the same time.
  return {{margin_s, 240}, 1.5 * count, "0.1", 24};
}

std::vector<ProgramRun> BenchPrograms(const RunContext& context) {
  std::vector<ProgramRun> programs = {OpenclBench(context), MediaBench(context)};
  for (auto& program : programs) {
    program.arguments.push_back(fmt::format("--benchmark_repetitions={}", kRepetitionsAlone));
    // An emulated processor shows no stable rates however long it is watched; there only the path is tried.
    const char* const min_time = context.prepared.platform.hardware ? "0.2" : "0.05";
    program.arguments.push_back(fmt::format("--benchmark_min_time={}", min_time));
  }
  return programs;
}

}  // namespace vfqual
