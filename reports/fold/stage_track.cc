#include "reports/fold/stage_track.h"

#include <algorithm>

#include "reports/model/stage_order.h"

namespace vfqual::reports {

namespace {
bool IsOrdered(std::string_view name) {
  return std::any_of(kStageOrder.begin(), kStageOrder.end(),
                     [name](const StageKind& kind) { return kind.name == name; });
}
}  // namespace

StageTrack::Tracked& StageTrack::Track(const std::string& name) {
  const auto [at, is_new] = stages_.try_emplace(name);
  if (is_new) {
    at->second.report.name = name;
    if (!IsOrdered(name)) unordered_.push_back(name);
  }
  return at->second;
}

bool StageTrack::Worsen(Tracked& stage, Verdict verdict, const std::string& reason) {
  if (stage.has_verdict && Worst(verdict, stage.report.verdict) == stage.report.verdict) return false;
  stage.has_verdict = true;
  stage.report.verdict = verdict;
  stage.report.reason = reason;
  stage.reason_from_test = false;
  return true;
}

void StageTrack::Start(const std::string& name, std::string_view time) {
  Tracked& stage = Track(name);
  if (stage.open) Worsen(stage, Verdict::kMiss, "started again before it had ended");
  stage.open = true;
  if (stage.report.started.empty()) stage.report.started = time;
}

void StageTrack::End(const StageReport& result) {
  Tracked& stage = Track(result.name);
  stage.open = false;
  stage.report.seconds += result.seconds;
  if (stage.report.log.empty() || IsBad(result.verdict)) stage.report.log = result.log;
  const bool worse = Worsen(stage, result.verdict, result.reason);
  if (!worse && stage.reason_from_test && stage.report.verdict == result.verdict && !result.reason.empty()) {
    stage.report.reason = result.reason;
    stage.reason_from_test = false;
  }
}

void StageTrack::CountTest(const TestReport& test) {
  const bool is_new = stages_.find(test.stage) == stages_.end();
  Tracked& stage = Track(test.stage);
  if (is_new) stage.open = true;
  if (!IsBad(test.verdict)) return;
  const std::string reason = test.path + (test.reason.empty() ? "" : ": " + test.reason);
  if (Worsen(stage, test.verdict, reason)) stage.reason_from_test = true;
}

const StageReport* StageTrack::Find(std::string_view name) const {
  const auto found = stages_.find(name);
  return found == stages_.end() ? nullptr : &found->second.report;
}

void StageTrack::CloseOpen(std::string_view reason) {
  for (auto& [name, stage] : stages_) {
    if (stage.open) Worsen(stage, Verdict::kMiss, std::string(reason));
    stage.open = false;
  }
}

std::vector<StageReport> StageTrack::Unordered() const {
  std::vector<StageReport> stages;
  for (const std::string& name : unordered_) stages.push_back(*Find(name));
  return stages;
}

}  // namespace vfqual::reports
