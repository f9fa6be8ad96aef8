// bench_opencl: OpenCL's rates on this machine's GPU.
// By hand, in a guest or on the PF: bench_opencl [--allow-cpu-device] [--benchmark_repetitions=9]
//
// In Google Benchmark's output a metric is a counter whose name is its unit ("B/s"); the label tells the conditions.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "bench/bench_main.h"
#include "bench/opencl/copies.h"
#include "bench/opencl/global_bandwidth.h"
#include "bench/opencl/throughput.h"
#include "bench/percentile.h"
#include "suites/opencl/kernels.h"
#include "suites/opencl/sequence.h"

namespace vfqual::bench {
namespace {

struct OpenclOptions {
  bool allow_cpu_device = false;
  std::size_t buffer_mib = 0;
  Shape shape;
};

// What the benchmarks share. Each part is made by the first call that needs it and kept, so that nothing is built to
// list or filter.
struct Bench {
  OpenclOptions options;
  std::optional<opencl::Result<opencl::KernelSession>> opened;
  std::optional<opencl::Result<opencl::ReadSum>> bandwidth;
  std::array<std::optional<opencl::Result<Throughput>>, 3> throughputs;
  std::optional<opencl::Result<Copies>> copies;
  std::function<void()> begin;  // called just before a timed loop
};

const opencl::Result<opencl::KernelSession>& Opened(Bench& bench) {
  if (!bench.opened) bench.opened = opencl::OpenWithKernels(bench.options.allow_cpu_device);
  return *bench.opened;
}

const opencl::Result<opencl::ReadSum>& Bandwidth(Bench& bench) {
  if (!bench.bandwidth) {
    bench.bandwidth = Opened(bench).and_then([&](const opencl::KernelSession& opened) {
      return PrepareGlobalBandwidth(opened, bench.options.buffer_mib << 20U);
    });
  }
  return *bench.bandwidth;
}

opencl::Result<Throughput>& ThroughputOf(Bench& bench, Arithmetic arithmetic) {
  auto& made = bench.throughputs.at(static_cast<std::size_t>(arithmetic));
  if (!made) {
    made = Opened(bench).and_then([=, shape = bench.options.shape](const opencl::KernelSession& opened) {
      return Throughput::Make(opened.session, arithmetic, shape);
    });
  }
  return *made;
}

// As large a buffer as for the bandwidth.
opencl::Result<Copies>& CopiesOf(Bench& bench) {
  if (!bench.copies) {
    bench.copies = Bandwidth(bench).and_then(
        [&](const opencl::ReadSum& read) { return Copies::Make((*bench.opened)->session, read.Bytes()); });
  }
  return *bench.copies;
}

// `pass` as often as Google Benchmark wants, then `verify`.
using Step = std::function<opencl::Result<void>()>;
opencl::Result<void> Repeat(const Bench& bench, benchmark::State& state, const Step& pass, const Step& verify) {
  opencl::Result<void> done;
  bench.begin();
  for ([[maybe_unused]] auto iteration : state) {
    done = pass();
    if (!done) break;
  }
  return done.and_then(verify);
}

void CountRate(benchmark::State& state, const char* unit, double per_pass) {
  state.counters[unit] =
      benchmark::Counter(static_cast<double>(state.iterations()) * per_pass, benchmark::Counter::kIsRate);
}

opencl::Result<void> MeasureBandwidth(Bench& bench, benchmark::State& state) {
  const auto& read = Bandwidth(bench);
  if (!read) return tl::unexpected(read.error());
  auto done = Repeat(
      bench, state, [&] { return read->Pass(); }, [&] { return read->Verify(); });
  CountRate(state, "B/s", static_cast<double>(read->Bytes()));
  state.SetLabel(fmt::format("buffer of {} MiB, read by {}", read->Bytes() >> 20U, Word(read->Pattern())));
  return done;
}

opencl::Result<void> MeasureThroughput(Bench& bench, benchmark::State& state, Arithmetic arithmetic) {
  const auto& made = ThroughputOf(bench, arithmetic);
  if (!made) return tl::unexpected(made.error());
  auto done = Repeat(
      bench, state, [&] { return made->Pass(); }, [&] { return made->Verify(); });
  CountRate(state, arithmetic == Arithmetic::kInt32 ? "OP/s" : "FLOP/s", made->OperationsPerPass());
  state.SetLabel(fmt::format("vectors of {}, {} chain(s), {} rounds", made->Width(), made->Chains(), made->Rounds()));
  return done;
}

opencl::Result<void> MeasureCopy(Bench& bench, benchmark::State& state, bool to_device) {
  auto& copies = CopiesOf(bench);
  if (!copies) return tl::unexpected(copies.error());
  auto done = Repeat(
      bench, state, [&] { return to_device ? copies->ToDevice() : copies->FromDevice(); },
      [&] { return copies->FromDevice().and_then([&] { return copies->Verify(); }); });
  CountRate(state, "B/s", static_cast<double>(copies->Bytes()));
  state.SetLabel(fmt::format("{} MiB at once", copies->Bytes() >> 20U));
  return done;
}

// From the call that enqueues a kernel of one work-group to the return of the one that waits for it.
opencl::Result<void> MeasureLaunch(Bench& bench, benchmark::State& state, double percent) {
  constexpr std::size_t kWords = 64;
  const auto& opened = Opened(bench);
  if (!opened) return tl::unexpected(opened.error());
  opencl::Sequence cl(opened->session, opened->program);
  const auto buffer = cl.Allocate(kWords * sizeof(cl_uint));
  const auto kernel = cl.Prepare("affine");
  if (cl.Ok()) cl.Note("clSetKernelArg", opencl::SetArguments(kernel, buffer.get(), 1U, 1U, cl_uint{kWords}));
  const auto launch = [&] {
    cl.Enqueue(kernel, opencl::Items(kWords), nullptr, {});
    cl.Finish();
  };
  for (int warm_up = 0; warm_up < 10; ++warm_up) launch();

  std::vector<double> seconds;
  bench.begin();
  for ([[maybe_unused]] auto iteration : state) {
    const auto start = std::chrono::steady_clock::now();
    launch();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (!cl.Ok()) break;
  }
  if (!cl.Ok()) return cl.Done();
  state.counters["s"] = Percentile(seconds, percent);
  state.SetLabel(fmt::format("p{} of {} launches", percent, seconds.size()));
  return {};
}

using Measure = std::function<opencl::Result<void>(Bench&, benchmark::State&)>;

void AddBenchmark(const char* name, Bench& bench, Outcome& outcome, const Measure& measure) {
  const auto run = [=, &bench, &outcome](benchmark::State& state) {
    bench.begin = [=, &state, &outcome] { outcome.start_line.Begin(state, name); };
    const auto done = measure(bench, state);
    if (done) return;
    outcome.failed = true;
    state.SkipWithError(done.error().what.c_str());
  };
  benchmark::RegisterBenchmark(name, run)->UseRealTime()->Unit(benchmark::kMillisecond);
}

// The chosen device, as the JSON's context tells it. fp16 is registered only where the device offers it: Google
// Benchmark 1.7 knows no benchmark that does not apply.
bool DescribeDevice(const OpenclOptions& options) {
  const auto device = opencl::ListDevices().and_then(
      [&](const auto& devices) { return opencl::ChooseDevice(devices, options.allow_cpu_device); });
  if (!device) return false;
  benchmark::AddCustomContext("opencl_device", device->name);
  benchmark::AddCustomContext("opencl_driver_version", device->driver_version);
  benchmark::AddCustomContext("opencl_compute_units", fmt::format("{}", device->compute_units));
  const bool half = Offers(*device, Arithmetic::kFp16);
  if (!half) benchmark::AddCustomContext("opencl_fp16_throughput", "left out: the device does not offer cl_khr_fp16");
  return half;
}

void AddBenchmarks(Bench& bench, Outcome& outcome) {
  const auto add = [&](const char* name, const Measure& measure) { AddBenchmark(name, bench, outcome, measure); };
  const auto add_throughput = [&](const char* name, Arithmetic arithmetic) {
    add(name, [=](Bench& of, benchmark::State& state) { return MeasureThroughput(of, state, arithmetic); });
  };
  add("opencl_global_bandwidth", MeasureBandwidth);
  add_throughput("opencl_fp32_throughput", Arithmetic::kFp32);
  if (DescribeDevice(bench.options)) add_throughput("opencl_fp16_throughput", Arithmetic::kFp16);
  add_throughput("opencl_int32_throughput", Arithmetic::kInt32);
  add("opencl_copy_to_device", [](Bench& of, benchmark::State& state) { return MeasureCopy(of, state, true); });
  add("opencl_copy_from_device", [](Bench& of, benchmark::State& state) { return MeasureCopy(of, state, false); });
  add("opencl_launch_latency_p50", [](Bench& of, benchmark::State& state) { return MeasureLaunch(of, state, 50); });
  add("opencl_launch_latency_p99", [](Bench& of, benchmark::State& state) { return MeasureLaunch(of, state, 99); });
}

}  // namespace
}  // namespace vfqual::bench

int main(int argc, char** argv) {
  namespace bench = vfqual::bench;
  bench::Bench shared;
  const auto add_options = [&](CLI::App& app) {
    app.description("Measures OpenCL on this machine's GPU.");
    app.add_flag("--allow-cpu-device", shared.options.allow_cpu_device,
                 "a device that computes on the CPU will do (as in the lab, with PoCL)");
    app.add_option("--buffer-mib", shared.options.buffer_mib,
                   "size of the buffer that is read and copied (default: as large as the device's speed allows)")
        ->check(CLI::Range(1, 4096));
    app.add_option("--chains", shared.options.shape.chains,
                   "of multiplications and additions that do not depend on each other, in a work-item")
        ->check(CLI::IsMember({1, 8}))
        ->capture_default_str();
    app.add_option("--vector-width", shared.options.shape.width, "of the throughput's vectors (default: the device's)")
        ->check(CLI::IsMember({1, 2, 4, 8, 16}));
    app.footer(
        "Example: bench_opencl --benchmark_repetitions=9 --benchmark_out=opencl.json --benchmark_out_format=json");
  };
  return bench::RunBenches(argc, argv, add_options,
                           [&](bench::Outcome& outcome) { bench::AddBenchmarks(shared, outcome); });
}
