#include "harness/stages/bench_phase.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "harness/base/unix_time.h"
#include "harness/facts/gpu_clock.h"
#include "harness/stages/bench_meeting.h"
#include "harness/stages/media_bench.h"
#include "harness/stages/physical_limit.h"
#include "harness/stages/provisioning.h"
#include "harness/stages/shared_window.h"

namespace vfqual {

namespace {

using reports::StageScope;

// An emulated processor shows no stable rates however long it is watched; there only the path is tried.
struct Timing {
  double least_lead_s;   // from the common decision to the start: the programs start and prepare in that time
  double slot_s;         // for each benchmark
  const char* min_time;  // of a sample, seconds
  // They fill most of a slot, so that guests of which one is late have enough samples in common all the same.
  int repetitions;
};
constexpr Timing kOnHardware{5, 6, "0.2", 24};
constexpr Timing kInLab{2, 3, "0.05", 40};
// To prepare takes each guest as long as one took alone, times the guests to a processor (the lab has one), and some more
// for files that a guest reads for the first time.
constexpr double kLeadSlack = 1.5;
constexpr double kLongestLead_s = 50;  // less than bench/start_line.cc waits

constexpr int kRepetitionsAlone = 2 * static_cast<int>(kEnoughSamples);

const Timing& TimingOf(const RunContext& context) {
  return context.prepared.platform.hardware ? kOnHardware : kInLab;
}

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

// One program's result to that of those before it; nothing only where all failed.
void Add(std::optional<BenchmarkResult>& all, std::optional<BenchmarkResult> more) {
  if (!more) return;
  if (!all) return all.swap(more);
  all->metrics.insert(all->metrics.end(), more->metrics.begin(), more->metrics.end());
  all->spans.merge(more->spans);
  all->failures.insert(all->failures.end(), more->failures.begin(), more->failures.end());
}

// The same metrics under another heading: "bench.x" as "bench_alone.x".
BenchmarkResult Renamed(BenchmarkResult result, const std::string& heading) {
  for (auto& metric : result.metrics) metric.path = heading + metric.path.substr(metric.path.find('.'));
  return result;
}

void Journal(StageScope& stage, const BenchmarkResult& result) {
  for (const auto& metric : result.metrics) stage.Metric(metric);
}

// All programs, each when the one before it is done.
std::optional<BenchmarkResult> RunPrograms(RunContext& context, StageScope& stage, GuestSession& guest) {
  std::optional<BenchmarkResult> all;
  for (const auto& program : BenchPrograms(context)) {
    Add(all, RunBenchForResult(context, stage, guest.InGuest(), program));
  }
  return all;
}

// How the GPU's time is shared out stands beside what was measured.
void JournalTimeSlice(RunContext& context, const GuestSession& guest, StageScope& stage) {
  const auto& prepared = context.prepared;
  const int vf_number = guest.Run().guest.vf.Number();
  for (const auto& metric : TimeSlice(context.host, prepared.pf, prepared.plan.module.driver, vf_number)) {
    stage.Metric(metric);
  }
}

class BenchPhase {
 public:
  BenchPhase(RunContext& context, const std::vector<GuestSession*>& guests)
      : context_(context), guests_(guests), meeting_(guests.size()) {}

  void Run() {
    {
      ClockWatch clock(context_.host, context_.prepared.pf.address);
      std::vector<std::jthread> threads;
      for (std::size_t index = 0; index < guests_.size(); ++index) {
        threads.emplace_back([this, index] { RunGuest(index); });
      }
      threads.clear();
      clock_MHz_ = clock.Stop();
    }
    if (meeting_.EveryoneMeasured()) JournalDerived();
  }

 private:
  void RunGuest(std::size_t index) {
    bool told = false;
    if (index == 0) {
      guests_[0]->Stage("bench", [&](StageScope& stage) {
        MeasureAlone(stage);
        told = true;
        Together(0, stage);
      });
      if (!told) meeting_.AloneDone(std::nullopt, {});
    } else {
      meeting_.WaitForStart();
      guests_[index]->Stage("bench", [&](StageScope& stage) {
        told = true;
        Together(index, stage);
      });
    }
    if (!told) meeting_.Measured(index, std::nullopt, 0);
  }

  void MeasureAlone(StageScope& stage) {
    GuestSession& guest = *guests_[0];
    const auto offset_s = guest.ClockOffset_s();
    std::optional<BenchmarkResult> all;
    std::vector<double> leads_s;
    for (auto program : BenchPrograms(context_)) {
      program.arguments.emplace_back("--start-at=1");  // long ago: its samples are stamped, and nothing waits
      const double started_s = UnixNow_s();
      auto result = RunBenchForResult(context_, stage, guest.InGuest(), program);
      // Where nothing tells when it was prepared, all of its time has to do.
      double prepared_s = UnixNow_s();
      if (result && offset_s) prepared_s = FirstSample_s(*result).value_or(prepared_s + *offset_s) - *offset_s;
      leads_s.push_back(Lead_s(prepared_s - started_s));
      Add(all, std::move(result));
    }
    if (all) Journal(stage, Renamed(*all, "bench_alone"));
    meeting_.AloneDone(std::move(all), std::move(leads_s));
  }

  double Lead_s(double prepared_in_s) const {
    const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
    const double sharing = std::max(1.0, static_cast<double>(guests_.size()) / processors);
    return std::clamp(prepared_in_s * sharing * kLeadSlack, TimingOf(context_).least_lead_s, kLongestLead_s);
  }

  void Together(std::size_t index, StageScope& stage) {
    GuestSession& guest = *guests_[index];
    const auto offset_s = guest.ClockOffset_s();
    std::optional<BenchmarkResult> result;
    if (offset_s) {
      double start_at_s = meeting_.WaitForStart();
      const auto programs = BenchPrograms(context_);
      for (std::size_t at = 0; at < programs.size(); ++at) {
        if (at != 0) start_at_s = meeting_.WaitForNextStart();
        ProgramRun bench = programs[at];
        bench.arguments.push_back(fmt::format("--start-at={:.3f}", start_at_s + *offset_s));
        bench.arguments.push_back(fmt::format("--slot-seconds={}", TimingOf(context_).slot_s));
        bench.arguments.push_back(fmt::format("--benchmark_repetitions={}", TimingOf(context_).repetitions));
        Add(result, RunBenchForResult(context_, stage, guest.InGuest(), bench));
      }
    } else {
      stage.Record(reports::Verdict::kMiss, offset_s.error().Message());
    }
    const auto own = result;
    meeting_.Measured(index, std::move(result), offset_s.value_or(0));
    meeting_.WaitForAll();
    if (own) JournalShared(index, stage, *own);
    JournalTimeSlice(context_, guest, stage);
    guest.JournalKernelLogOf(stage);
    if (!IsBad(stage.verdict())) guest.KeepCompiledKernels(stage);
  }

  // The guest's own rates inside the shared window; all of them where there is no such window.
  void JournalShared(std::size_t index, StageScope& stage, const BenchmarkResult& own) const {
    const auto shared = meeting_.EveryoneMeasured() ? meeting_.Shared() : std::vector<SharedRates>{};
    for (auto metric : own.metrics) {
      const auto found = std::find_if(shared.begin(), shared.end(),
                                      [&metric](const SharedRates& rates) { return rates.path == metric.path; });
      if (found != shared.end() && Enough(*found)) {
        metric.samples = found->samples[index];
        metric.value = Median(metric.samples);
      } else {
        stage.Warn(fmt::format(
            "{}: fewer than {} samples in the time in which all guests were measuring (after the common start: {})",
            metric.path, kEnoughSamples, meeting_.When(metric.path)));
      }
      stage.Metric(metric);
    }
  }

  void JournalDerived() const {
    const auto& prepared = context_.prepared;
    const auto limit =
        meeting_.Alone() ? FindPhysicalLimit(context_.host, prepared.platform, *meeting_.Alone()) : PhysicalLimit();
    for (const auto& fact : LimitFacts(limit, clock_MHz_)) {
      context_.events.Write(reports::Metric({context_.cell, std::nullopt, "bench"}, fact));
    }
    for (const auto& rates : meeting_.Shared()) {
      // A latency neither adds up over guests nor is lost to a neighbour.
      if (!Enough(rates) || !rates.unit.ends_with("/s")) continue;
      DerivedInput input{rates, 0, std::nullopt, std::nullopt, LimitOf(limit, rates.path, clock_MHz_)};
      if (meeting_.Alone()) {
        for (const auto& metric : meeting_.Alone()->metrics) {
          if (metric.path == rates.path) input.alone = metric.value;
        }
      }
      if (const auto pf = context_.pf_rates.find(rates.path); pf != context_.pf_rates.end()) input.pf = pf->second;
      for (const auto& metric : DerivedMetrics(input)) {
        context_.events.Write(reports::Metric({context_.cell, std::nullopt, "bench"}, metric));
      }
    }
  }

  RunContext& context_;
  const std::vector<GuestSession*>& guests_;
  BenchMeeting meeting_;
  double clock_MHz_ = 0;
};

void RunInOneGuest(RunContext& context, GuestSession& guest) {
  guest.Stage("bench", [&](StageScope& stage) {
    if (const auto result = RunPrograms(context, stage, guest)) {
      Journal(stage, *result);
    }
    JournalTimeSlice(context, guest, stage);
    guest.JournalKernelLogOf(stage);
    if (!IsBad(stage.verdict())) guest.KeepCompiledKernels(stage);
  });
}

}  // namespace

std::vector<ProgramRun> BenchPrograms(const RunContext& context) {
  std::vector<ProgramRun> programs = {OpenclBench(context), MediaBench(context)};
  for (auto& program : programs) {
    program.arguments.push_back(fmt::format("--benchmark_repetitions={}", kRepetitionsAlone));
    program.arguments.push_back(fmt::format("--benchmark_min_time={}", TimingOf(context).min_time));
  }
  return programs;
}

void RunBenchPhase(RunContext& context, const std::vector<std::unique_ptr<GuestSession>>& sessions) {
  if (!context.prepared.Wants("bench")) return;
  std::vector<GuestSession*> guests;
  for (const auto& session : sessions) {
    if (session->Good()) guests.push_back(session.get());
  }
  if (guests.size() == 1) RunInOneGuest(context, *guests.front());
  if (guests.size() > 1) BenchPhase(context, guests).Run();
}

}  // namespace vfqual
