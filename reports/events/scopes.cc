#include "reports/events/scopes.h"

#include <utility>

namespace vfqual::reports {

namespace {
double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}
}  // namespace

StageScope::StageScope(EventWriter& writer, Place place) : writer_(writer), place_(std::move(place)) {
  writer_.Write(StageStarted(place_));
}

StageScope::~StageScope() {
  if (!has_verdict_) reason_ = "ended without a verdict";
  writer_.Write(StageEnded(
      place_, {.verdict = verdict_, .seconds = SecondsSince(start_), .reason = std::move(reason_), .log = log_}));
}

void StageScope::Record(Verdict verdict, std::string_view reason) {
  const std::lock_guard lock(mutex_);
  if (has_verdict_ && Worst(verdict, verdict_) == verdict_) return;
  has_verdict_ = true;
  verdict_ = verdict;
  reason_ = reason;
}

void StageScope::SetLog(std::string_view path) {
  log_ = path;
}

void StageScope::Test(const TestFacts& test) {
  writer_.Write(TestEnded(place_, test));
  std::string reason;
  if (IsBad(test.verdict)) reason = test.path + ": " + test.reason;
  if (test.verdict == Verdict::kSkip) reason = test.reason;
  Record(test.verdict, reason);
}

void StageScope::Metric(const MetricFacts& metric) {
  writer_.Write(reports::Metric(place_, metric));
  Record(Verdict::kDone);
}

void StageScope::Warn(std::string_view message) {
  writer_.Write(Warning(place_, message));
}

Verdict StageScope::verdict() const {
  const std::lock_guard lock(mutex_);
  return verdict_;
}

std::string StageScope::reason() const {
  const std::lock_guard lock(mutex_);
  return reason_;
}

RunScope::RunScope(EventWriter& writer, std::string_view id, std::string_view tool, const nlohmann::ordered_json& plan)
    : writer_(writer) {
  writer_.Write(RunStarted(id, tool, plan));
}

RunScope::~RunScope() {
  writer_.Write(RunEnded(SecondsSince(start_), complete_, complete_ ? std::string_view() : reason_));
}

void RunScope::GiveUp(std::string_view reason) {
  complete_ = false;
  reason_ = reason;
}

}  // namespace vfqual::reports
