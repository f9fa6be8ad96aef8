// bench_opencl: OpenCL's rates on this machine's GPU.
// By hand, in a guest or on the PF: bench_opencl [--allow-cpu-device] [--benchmark_repetitions=9]
//
// In Google Benchmark's output a metric is a counter whose name is its unit ("B/s"); the label tells the conditions.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "bench/bench_main.h"
#include "bench/opencl/global_bandwidth.h"

namespace vfqual::bench {
namespace {

struct OpenclOptions {
  bool allow_cpu_device = false;
  std::size_t buffer_mib = 0;
};

void MeasureBandwidth(benchmark::State& state, const opencl::Result<GlobalBandwidth>& bandwidth, Outcome& outcome) {
  const auto fail = [&](const opencl::Error& error) {
    outcome.failed = true;
    state.SkipWithError(error.what.c_str());
  };
  if (!bandwidth) return fail(bandwidth.error());
  opencl::Result<void> pass;
  outcome.start_line.Begin(state, "opencl_global_bandwidth");
  for ([[maybe_unused]] auto iteration : state) {
    pass = bandwidth->read.Pass();
    if (!pass) break;
  }
  if (!pass) return fail(pass.error());
  if (const auto verified = bandwidth->read.Verify(); !verified) return fail(verified.error());
  const auto bytes = static_cast<double>(bandwidth->read.Bytes());
  state.counters["B/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * bytes, benchmark::Counter::kIsRate);
  state.SetLabel(fmt::format("buffer of {} MiB", bandwidth->read.Bytes() >> 20U));
}

void AddBandwidth(const OpenclOptions& options, Outcome& outcome) {
  // Made by the first call of the benchmark and kept for the others, so that nothing is built to list or filter.
  auto bandwidth = std::make_shared<std::optional<opencl::Result<GlobalBandwidth>>>();
  const auto measure = [=, &outcome](benchmark::State& state) {
    if (!*bandwidth) *bandwidth = PrepareGlobalBandwidth(options.allow_cpu_device, options.buffer_mib << 20U);
    MeasureBandwidth(state, **bandwidth, outcome);
  };
  benchmark::RegisterBenchmark("opencl_global_bandwidth", measure)->UseRealTime()->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace vfqual::bench

int main(int argc, char** argv) {
  namespace bench = vfqual::bench;
  bench::OpenclOptions options;
  const auto add_options = [&](CLI::App& app) {
    app.description("Measures OpenCL on this machine's GPU.");
    app.add_flag("--allow-cpu-device", options.allow_cpu_device,
                 "a device that computes on the CPU will do (as in the lab, with PoCL)");
    app.add_option("--buffer-mib", options.buffer_mib,
                   "size of the buffer that is read (default: as large as the device's speed allows)")
        ->check(CLI::Range(1, 4096));
    app.footer(
        "Example: bench_opencl --benchmark_repetitions=9 --benchmark_out=opencl.json --benchmark_out_format=json");
  };
  return bench::RunBenches(argc, argv, add_options,
                           [&](bench::Outcome& outcome) { bench::AddBandwidth(options, outcome); });
}
