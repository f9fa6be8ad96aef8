// Scopes that journal their end whatever happens: nothing that started is left without an end, except by a dying host.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "reports/events/event.h"
#include "reports/events/event_writer.h"

namespace vfqual::reports {

// stage_started now, stage_ended when it goes out of scope. Of several verdicts the worst wins, with the reason given
// first for it; with none the stage is MISS, "ended without a verdict". One thread at a time calls it, but for Record.
class StageScope {
 public:
  StageScope(EventWriter& writer, Place place);
  ~StageScope();
  StageScope(const StageScope&) = delete;
  StageScope& operator=(const StageScope&) = delete;

  void Record(Verdict verdict, std::string_view reason = {});
  // The stage's log, as a path relative to the run folder.
  void SetLog(std::string_view path);

  // These journal at this stage's place, and take a test's or metric's verdict into the stage's.
  void Test(const TestFacts& test);
  void Metric(const MetricFacts& metric);
  void Warn(std::string_view message);

  const Place& place() const { return place_; }
  // The verdict so far: MISS while there is none; and why.
  Verdict verdict() const;
  std::string reason() const;

 private:
  EventWriter& writer_;
  Place place_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  bool has_verdict_ = false;
  Verdict verdict_ = Verdict::kMiss;
  std::string reason_;
  std::string log_;
};

// run_started now, run_ended when it goes out of scope. Unless Complete was called the run counts as given up: its
// report is MISS or worse, with the reason of GiveUp.
class RunScope {
 public:
  RunScope(EventWriter& writer, std::string_view id, std::string_view tool, const nlohmann::ordered_json& plan);
  ~RunScope();
  RunScope(const RunScope&) = delete;
  RunScope& operator=(const RunScope&) = delete;

  // All that was planned was done, whatever the verdicts.
  void Complete() { complete_ = true; }
  void GiveUp(std::string_view reason);

 private:
  EventWriter& writer_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  bool complete_ = false;
  std::string reason_ = "ended before all that was planned was done";
};

}  // namespace vfqual::reports
