// bench_media: libva's rates on this machine's GPU.
// By hand, in a guest or on the PF: bench_media [--size=1080p] [--benchmark_repetitions=9]
//
// In Google Benchmark's output a metric is a counter whose name is its unit ("frames/s"); the label tells the
// conditions.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "bench/bench_main.h"
#include "bench/media/loops.h"
#include "bench/media/source_pictures.h"
#include "bench/percentile.h"

namespace vfqual::bench {
namespace {

struct MediaOptions {
  std::string driver = "i915";
  std::filesystem::path render_node;
  std::string scale = "full";
  std::string size;       // empty: all of the scale
  unsigned pictures = 0;  // of a sample; 0: as many as --benchmark_min_time takes
  std::filesystem::path source_file;

  std::vector<MediaSize> Sizes() const {
    const auto all = scale == "lab" ? std::span<const MediaSize>(kLabSizes) : std::span<const MediaSize>(kFullSizes);
    std::vector<MediaSize> sizes;
    for (const auto& one : all) {
      if (size.empty() || size == one.name) sizes.push_back(one);
    }
    return sizes;
  }
};

// Each of the first pictures is verified by itself before anything is measured.
constexpr unsigned kWarmPictures = SourcePictures::kCount;
constexpr unsigned kMostSteps = 100;  // until a device that works has given them out

// The loop of the benchmark that runs. Another benchmark's takes its place, so that one holds surfaces at a time.
struct Bench {
  std::optional<Result<MediaDevice>> device;
  std::string loop_of;
  std::unique_ptr<MediaLoop> loop;
};

// The loop that is warm, and whose device always works on as many pictures as it may.
Result<MediaLoop*> WarmLoop(Bench& bench, const std::string& name,
                            const std::function<Result<std::unique_ptr<MediaLoop>>()>& make) {
  if (bench.loop_of == name && bench.loop) return bench.loop.get();
  bench.loop.reset();
  auto made = make();
  if (!made) return Fail(made.error());
  for (unsigned step = 0; (*made)->PicturesOut() < kWarmPictures; ++step) {
    if (step == kMostSteps)
      return Fail(fmt::format("{} pictures came out after {} went in", (*made)->PicturesOut(), step));
    const auto done = (*made)->Step().and_then([&] { return (*made)->Verify(); });
    if (!done) return Fail(done.error());
  }
  bench.loop = std::move(*made);
  bench.loop_of = name;
  return bench.loop.get();
}

Status MeasureRate(MediaLoop& loop, benchmark::State& state, const std::function<void()>& begin) {
  const auto before = loop.PicturesOut();
  const auto bytes_before = loop.BytesOut();
  Status done;
  begin();
  for ([[maybe_unused]] auto iteration : state) {
    done = loop.Step();
    if (!done) break;
  }
  if (!done) return done;
  const auto pictures = loop.PicturesOut() - before;
  state.counters["frames/s"] = benchmark::Counter(static_cast<double>(pictures), benchmark::Counter::kIsRate);
  if (pictures == 0) return Fail("no picture came out");
  const auto bytes = (loop.BytesOut() - bytes_before) / pictures;
  state.SetLabel(fmt::format("{} pictures{}", pictures, bytes == 0 ? "" : fmt::format(", {} bytes a picture", bytes)));
  return loop.Verify();
}

// From the call that hands a picture over to the return of the one that gives its result.
Status MeasureLatency(MediaLoop& loop, benchmark::State& state, const std::function<void()>& begin, double percent) {
  const auto before = loop.PicturesOut();
  std::vector<double> seconds;
  Status done;
  begin();
  for ([[maybe_unused]] auto iteration : state) {
    const auto start = std::chrono::steady_clock::now();
    done = loop.Step();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (!done) break;
  }
  if (!done) return done;
  if (loop.PicturesOut() - before != seconds.size()) {
    return Fail(fmt::format("{} pictures came out after {} went in: they do not come one at a time",
                            loop.PicturesOut() - before, seconds.size()));
  }
  state.counters["s"] = Percentile(seconds, percent);
  state.SetLabel(fmt::format("p{} of {} pictures", percent, seconds.size()));
  return loop.Verify();
}

class Registration {
 public:
  Registration(Bench& bench, Outcome& outcome, const MediaOptions& options)
      : bench_(bench), outcome_(outcome), options_(options) {}

  void Add(const MediaCodec& codec, MediaWork work, const MediaSize& size) const {
    const auto name = fmt::format("{}_{}_{}", codec.name, Word(work), size.name);
    const auto make = [&bench = bench_, codec, work, size](bool one_at_a_time) {
      return [&bench, codec, work, size, one_at_a_time] {
        return MakeLoop(**bench.device, codec, work, size, one_at_a_time);
      };
    };
    Register(name, name, make(false), [](MediaLoop& loop, benchmark::State& state, const auto& begin) {
      return MeasureRate(loop, state, begin);
    });
    if (work == MediaWork::kTranscode) return;
    for (const int percent : {50, 99}) {
      Register(fmt::format("{}_latency_p{}", name, percent), name + "_latency", make(true),
               [=](MediaLoop& loop, benchmark::State& state, const auto& begin) {
                 return MeasureLatency(loop, state, begin, percent);
               });
    }
  }

  void AddFailure(const std::string& reason) const {
    benchmark::RegisterBenchmark("media", [reason, &outcome = outcome_](benchmark::State& state) {
      outcome.failed = true;
      state.SkipWithError(reason.c_str());
    });
  }

 private:
  using Make = std::function<Result<std::unique_ptr<MediaLoop>>()>;
  using Measure = std::function<Status(MediaLoop&, benchmark::State&, const std::function<void()>&)>;

  void Register(const std::string& name, const std::string& loop_name, const Make& make, const Measure& measure) const {
    const auto run = [=, &bench = bench_, &outcome = outcome_](benchmark::State& state) {
      const auto begin = [&] { outcome.start_line.Begin(state, name); };
      const auto done =
          WarmLoop(bench, loop_name, make).and_then([&](MediaLoop* loop) { return measure(*loop, state, begin); });
      if (done) return;
      bench.loop.reset();
      outcome.failed = true;
      state.SkipWithError(done.error().c_str());
    };
    auto* const made = benchmark::RegisterBenchmark(name.c_str(), run)->UseRealTime()->Unit(benchmark::kMillisecond);
    if (options_.pictures != 0) made->Iterations(options_.pictures);
  }

  Bench& bench_;
  Outcome& outcome_;
  const MediaOptions& options_;
};

void AddBenchmarks(Bench& bench, const MediaOptions& options, Outcome& outcome) {
  const Registration registration(bench, outcome, options);
  bench.device = OpenMediaDevice(options.driver, options.render_node);
  if (!*bench.device) return registration.AddFailure(bench.device->error());
  const MediaDevice& device = **bench.device;
  benchmark::AddCustomContext("va_vendor", device.vendor);
  benchmark::AddCustomContext("va_render_node", device.render_node.string());
  const auto codecs = CodecsOf(device.offered);
  if (codecs.empty()) return registration.AddFailure("the VA driver offers no codec that this program measures");
  for (const auto& codec : codecs) {
    for (const auto work : {MediaWork::kEncode, MediaWork::kDecode, MediaWork::kTranscode}) {
      if (const auto why_not = WhyNot(codec, work); !why_not.empty()) {
        benchmark::AddCustomContext(fmt::format("{}_{}", codec.name, Word(work)), "left out: " + why_not);
        continue;
      }
      for (const auto& size : options.Sizes()) registration.Add(codec, work, size);
    }
  }
}

int WriteSource(const MediaOptions& options) {
  const auto sizes = options.Sizes();
  if (sizes.size() != 1) {
    std::cerr << "--write-source: say of which size, for example --size=1080p\n";
    return 2;
  }
  const auto written = SourcePictures::Make(sizes.front(), false).and_then([&](const SourcePictures& sources) {
    return sources.Write(options.source_file);
  });
  if (!written) std::cerr << written.error() << '\n';
  return written ? 0 : 1;
}

}  // namespace
}  // namespace vfqual::bench

int main(int argc, char** argv) {
  namespace bench = vfqual::bench;
  bench::MediaOptions options;
  bench::Bench shared;
  const auto add_options = [&](CLI::App& app) {
    app.description("Measures libva on this machine's GPU.");
    app.add_option("--driver", options.driver, "the DRM driver whose render node to use")->capture_default_str();
    app.add_option("--render-node", options.render_node,
                   "the render node to use (default: the driver's first in /dev/dri)");
    app.add_option("--scale", options.scale, "the pictures' sizes; 'lab': one that an emulated processor manages")
        ->check(CLI::IsMember({"full", "lab"}))
        ->capture_default_str();
    app.add_option("--size", options.size, "measure this size alone: 720p, 1080p, 2160p (with --scale=lab: 96p)")
        ->check(CLI::IsMember({"720p", "1080p", "2160p", "96p"}));
    app.add_option("--pictures", options.pictures,
                   "so many pictures in each sample (default: by --benchmark_min_time)");
    app.add_option("--write-source", options.source_file,
                   "write the pictures that are encoded to this file, as raw NV12, and measure nothing");
    app.footer(
        "Example: bench_media --size=1080p --benchmark_repetitions=9 --benchmark_out=media.json "
        "--benchmark_out_format=json");
    app.final_callback([&] {
      if (!options.source_file.empty()) throw CLI::RuntimeError(bench::WriteSource(options));
      if (options.Sizes().empty()) throw CLI::ValidationError("--size", options.size + " is of another --scale");
    });
  };
  return bench::RunBenches(argc, argv, add_options,
                           [&](bench::Outcome& outcome) { bench::AddBenchmarks(shared, options, outcome); });
}
