#include "harness/stages/bench_phase.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>

#include "harness/base/unix_time.h"
#include "harness/facts/gpu_clock.h"
#include "harness/stages/bench_meeting.h"
#include "harness/stages/bench_programs.h"
#include "harness/stages/common_start.h"
#include "harness/stages/physical_limit.h"
#include "harness/stages/provisioning.h"
#include "harness/stages/shared_window.h"

namespace vfqual {

namespace {

using reports::StageScope;

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
      : context_(context),
        guests_(guests),
        programs_(BenchPrograms(context)),
        timing_(BenchTimingOf(context, guests.size())),
        meeting_(guests.size(), programs_.size(), timing_.start) {}

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
      if (!told) meeting_.AloneDone(std::nullopt);
    } else {
      meeting_.WaitForAlone();
      guests_[index]->Stage("bench", [&](StageScope& stage) {
        told = true;
        Together(index, stage);
      });
    }
    if (!told) meeting_.Measured(index, std::nullopt, 0);
  }

  void MeasureAlone(StageScope& stage) {
    auto all = RunPrograms(context_, stage, *guests_[0]);
    if (all) Journal(stage, Renamed(*all, "bench_alone"));
    meeting_.AloneDone(std::move(all));
  }

  void Together(std::size_t index, StageScope& stage) {
    GuestSession& guest = *guests_[index];
    const auto offset_s = guest.ClockOffset_s();
    std::optional<BenchmarkResult> result;
    if (offset_s) {
      for (std::size_t program = 0; program < programs_.size(); ++program) {
        if (program != 0) meeting_.WaitForNextProgram();
        Add(result, RunFromCommonStart(index, program, *offset_s, stage));
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

  std::optional<BenchmarkResult> RunFromCommonStart(std::size_t index, std::size_t program, double clock_offset_s,
                                                    StageScope& stage) {
    GuestSession& guest = *guests_[index];
    ProgramRun bench = programs_[program];
    CommonStart start(
        meeting_.Start(program),
        {index, clock_offset_s, [&guest](const std::string& path) { return guest.HasFile(path); },
         [&guest](const std::string& path, const std::string& content) { return guest.WriteFile(path, content); }},
        // Of this run alone: a guest may have kept those of an earlier one.
        fmt::format("/tmp/vfqual-{}-{}", bench.program, run_token_));
    const auto files = start.Arguments();
    bench.arguments.insert(bench.arguments.end(), files.begin(), files.end());
    // Of the same option twice the last one counts.
    bench.arguments.push_back(fmt::format("--slot-seconds={}", timing_.slot_s));
    bench.arguments.push_back(fmt::format("--benchmark_min_time={}", timing_.min_time));
    bench.arguments.push_back(fmt::format("--benchmark_repetitions={}", timing_.repetitions));
    bench.timeout += std::chrono::seconds(static_cast<int>(timing_.start.longest_wait_s));
    auto result = RunBenchForResult(context_, stage, start.In(guest.InGuest()), bench);
    if (!start.Trouble().empty()) stage.Warn(fmt::format("{}: {}", bench.program, start.Trouble()));
    return result;
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
  const std::vector<ProgramRun> programs_;
  const BenchTiming timing_;
  BenchMeeting meeting_;
  const std::int64_t run_token_ = static_cast<std::int64_t>(UnixNow_s() * 1000);
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
