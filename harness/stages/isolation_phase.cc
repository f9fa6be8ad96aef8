#include "harness/stages/isolation_phase.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <thread>

#include "harness/base/unix_time.h"
#include "harness/stages/stage_verdict.h"

namespace vfqual {

namespace {

using reports::StageScope;
using reports::Verdict;

constexpr const char* kWork = "opencl_global_bandwidth";  // verifies what it read after each sample
constexpr std::size_t kFewestSamples = 3;

// How long the observers work before and after the disturbance, and how much of their rate they must keep. In the lab
// all guests and the disturbance itself share one emulated processor, so that only a standstill can be told there.
struct DisturbanceTiming {
  int repetitions;
  const char* min_time;    // of a sample, seconds
  double disturb_after_s;  // from when the last observer took its first sample
  double least_rate;
};
constexpr DisturbanceTiming kDisturbanceOnHardware{80, "0.1", 3, 0.5};
constexpr DisturbanceTiming kDisturbanceInLab{100, "0.05", 2, 0.1};
// An observer that has taken no sample by then is not waited for any longer.
constexpr double kLongestPreparation_s = 60;
constexpr std::chrono::milliseconds kLookInterval{300};

struct Disturbance {
  const char* name;
  Status (*make)(RunContext&, GuestSession&);     // done to the victim
  Status (*restore)(RunContext&, GuestSession&);  // so that it works again; none: it is gone
};

Status ReloadDriver(RunContext& /*context*/, GuestSession& victim) {
  VFQUAL_CHECK(victim.UnloadModules(), "");
  return victim.LoadModules();
}

// Leaves nothing behind that could be put back, so it is no change for the journal.
Status ResetVf(RunContext& context, GuestSession& victim) {
  const auto& vf = victim.Run().guest.vf;
  return context.host.WriteAttribute(vf.Address().SysfsPath() + "/reset", "1");
}

Status Reboot(RunContext& /*context*/, GuestSession& victim) {
  return victim.Reboot();
}

Status Kill(RunContext& /*context*/, GuestSession& victim) {
  return victim.Kill();
}

Status Nothing(RunContext& /*context*/, GuestSession& /*victim*/) {
  return {};
}

Status LoadDriver(RunContext& /*context*/, GuestSession& victim) {
  return victim.LoadModules();
}

constexpr std::array<Disturbance, 4> kDisturbances = {{{"driver_reload", ReloadDriver, Nothing},
                                                       {"vf_reset", ResetVf, ReloadDriver},
                                                       {"guest_reboot", Reboot, LoadDriver},
                                                       {"guest_kill", Kill, nullptr}}};

class IsolationPhase {
 public:
  IsolationPhase(RunContext& context, const std::vector<GuestSession*>& guests)
      : context_(context),
        guests_(guests),
        timing_(context.prepared.platform.hardware ? kDisturbanceOnHardware : kDisturbanceInLab),
        meeting_(static_cast<std::ptrdiff_t>(guests.size())) {}

  void Run() {
    std::vector<std::jthread> threads;
    for (GuestSession* guest : guests_) {
      threads.emplace_back([this, guest] {
        bool stayed = false;
        guest->Stage("isolation", [&](StageScope& stage) {
          stayed = guest == guests_.back() ? Suffer(*guest, stage) : Observe(*guest, stage);
        });
        if (stayed) return;
        if (guest == guests_.back()) over_ = true;
        meeting_.arrive_and_drop();
      });
    }
  }

 private:
  // Both return true when they took part in every round to its end.
  bool Suffer(GuestSession& victim, StageScope& stage) {
    for (const auto& disturbance : kDisturbances) {
      observing_ = static_cast<std::ptrdiff_t>(guests_.size()) - 1;
      meeting_.arrive_and_wait();
      WaitForObservers(disturbance);
      std::this_thread::sleep_for(std::chrono::duration<double>(timing_.disturb_after_s));
      disturbed_at_s_ = UnixNow_s();
      const auto made = disturbance.make(context_, victim);
      disturbed_ = made.has_value();
      meeting_.arrive_and_wait();  // the observers have finished, and read when it was
      const bool going_on = JudgeVictim(victim, stage, disturbance, made);
      if (!going_on && disturbance.restore != nullptr) return false;
    }
    return true;
  }

  bool JudgeVictim(GuestSession& victim, StageScope& stage, const Disturbance& disturbance, const Status& made) {
    const std::string path = fmt::format("isolation.{}.", disturbance.name);
    if (!made) {
      stage.Test({path + "is_done", Verdict::kMiss, 0, made.error().Message()});
      return false;
    }
    if (disturbance.restore == nullptr) {
      stage.Test({path + "is_done", Verdict::kPass, 0, ""});
      return true;
    }
    auto works = disturbance.restore(context_, victim);
    if (!works) {
      stage.Test({path + "victim_works_again", Verdict::kFail, 0, works.error().Message()});
      return false;
    }
    stage.Test({path + "is_done", Verdict::kPass, 0, ""});
    Executor where = Quiet(victim);
    ProgramRun device = victim.DeviceSuite();
    // The messages of an earlier load may have been overwritten, and a reset leaves its own.
    device.arguments.emplace_back("--gtest_filter=-KernelLog.*");
    where.test_prefix = path + "victim.";
    RunSuite(context_, stage, where, device);
    victim.JournalKernelLogOf(stage);
    return !IsBad(stage.verdict());
  }

  bool Observe(GuestSession& guest, StageScope& stage) {
    for (const auto& disturbance : kDisturbances) {
      const auto offset_s = guest.ClockOffset_s();
      meeting_.arrive_and_wait();
      if (over_) return true;
      std::optional<BenchmarkResult> result;
      if (offset_s) {
        result = RunBenchForResult(context_, stage, Quiet(guest), Work(guest, disturbance));
      } else {
        RecordError(stage, offset_s.error());
      }
      --observing_;
      meeting_.arrive_and_wait();
      Judge(stage, disturbance, result, disturbed_at_s_ + offset_s.value_or(0));
      guest.JournalKernelLogOf(stage);
      if (!guest.Good() || context_.cancelled()) return false;
    }
    return true;
  }

  // Until all observers take samples, however long each prepared; or none works any more.
  void WaitForObservers(const Disturbance& disturbance) const {
    const double until_s = UnixNow_s() + kLongestPreparation_s;
    for (GuestSession* guest : guests_) {
      if (guest == guests_.back()) continue;
      const Executor where = Quiet(*guest);
      Command look;
      look.argv = {"test", "-e", BegunFile(disturbance)};
      look.timeout = std::chrono::seconds(20);
      for (;;) {
        const auto begun = where.run(look);
        if ((begun && begun->Ok()) || observing_ <= 0 || UnixNow_s() > until_s || context_.cancelled()) break;
        std::this_thread::sleep_for(kLookInterval);
      }
    }
  }

  // Of this run alone: a guest may have kept those of an earlier one.
  std::string BegunFile(const Disturbance& disturbance) const {
    return fmt::format("/tmp/vfqual-isolation-{}-{}", run_token_, disturbance.name);
  }

  ProgramRun Work(const GuestSession& guest, const Disturbance& disturbance) const {
    ProgramRun work{"bench_opencl", guest.LabArguments()};
    work.arguments.insert(work.arguments.end(), {fmt::format("--benchmark_filter=^{}(/.*)?$", kWork),
                                                 fmt::format("--benchmark_repetitions={}", timing_.repetitions),
                                                 fmt::format("--benchmark_min_time={}", timing_.min_time),
                                                 // in the past: its samples are stamped, and nothing waits
                                                 "--start-at=1", "--begun-file=" + BegunFile(disturbance)});
    return work;
  }

  // The logs of a stage's many runs would replace those of the stages before.
  static Executor Quiet(GuestSession& guest) {
    Executor where = guest.InGuest();
    where.log_prefix += "isolation-";
    return where;
  }

  void Judge(StageScope& stage, const Disturbance& disturbance, const std::optional<BenchmarkResult>& result,
             double disturbed_at_s) const {
    const std::string path = fmt::format("isolation.{}.", disturbance.name);
    if (!result) return;  // recorded
    if (!disturbed_) {
      stage.Test({path + "output_stays_right", Verdict::kMiss, 0, "the other guest was not disturbed"});
      return;
    }
    // A wrong sum is a failure of the bench, which RunBenchForResult recorded.
    stage.Test({path + "output_stays_right", result->failures.empty() ? Verdict::kPass : Verdict::kFail, 0,
                result->failures.empty() ? "" : result->failures.front().reason});
    const auto judged = JudgeRate(RatesAround(disturbed_at_s, *result), timing_.least_rate);
    stage.Test({path + "rate_stays", judged.verdict, 0, judged.reason});
    if (judged.verdict != Verdict::kMiss) stage.Metric({path + "rate_ratio", judged.ratio, "1", {}});
  }

  RunContext& context_;
  const std::vector<GuestSession*>& guests_;
  const DisturbanceTiming& timing_;
  std::barrier<> meeting_;
  const std::int64_t run_token_ = static_cast<std::int64_t>(UnixNow_s() * 1000);
  // Written by the victim's thread between two meetings.
  double disturbed_at_s_ = 0;
  bool disturbed_ = false;
  std::atomic<std::ptrdiff_t> observing_ = 0;  // observers whose work of this round is not over
  std::atomic<bool> over_ = false;             // the victim gave up before the last round
};

}  // namespace

ObservedRates SplitAt(double disturbed_at_s, const std::vector<double>& samples, const std::vector<SampleSpan>& spans) {
  ObservedRates rates;
  if (samples.size() != spans.size()) return rates;
  for (std::size_t index = 0; index < samples.size(); ++index) {
    (spans[index].end_s <= disturbed_at_s ? rates.before : rates.after).push_back(samples[index]);
  }
  return rates;
}

ObservedRates RatesAround(double disturbed_at_s, const BenchmarkResult& result) {
  if (result.metrics.size() != 1) return {};
  const auto& metric = result.metrics.front();
  const auto spans = result.spans.find(metric.path);
  return spans == result.spans.end() ? ObservedRates() : SplitAt(disturbed_at_s, metric.samples, spans->second);
}

RateJudgement JudgeRate(const ObservedRates& rates, double least) {
  if (rates.before.size() < kFewestSamples || rates.after.size() < kFewestSamples) {
    return {Verdict::kMiss, 0,
            fmt::format("{} samples before and {} after the disturbance are too few to compare", rates.before.size(),
                        rates.after.size())};
  }
  const double before = Median(rates.before);
  const double ratio = before > 0 ? Median(rates.after) / before : 0;
  if (ratio >= least) return {Verdict::kPass, ratio, ""};
  return {Verdict::kFail, ratio,
          fmt::format("the rate fell to {:.2f} of what it was before, {:.2f} is asked for", ratio, least)};
}

void RunIsolationPhase(RunContext& context, const std::vector<std::unique_ptr<GuestSession>>& sessions) {
  if (!context.prepared.Wants("isolation")) return;
  std::vector<GuestSession*> guests;
  for (const auto& session : sessions) {
    if (session->Good()) guests.push_back(session.get());
  }
  if (guests.size() > 1) return IsolationPhase(context, guests).Run();
  for (GuestSession* guest : guests) {
    guest->Stage("isolation", [](StageScope& stage) {
      stage.Record(Verdict::kSkip, "it takes two guests that run: one to disturb, one to watch");
    });
  }
}

}  // namespace vfqual
