#include "reports/fold/finish_cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "reports/fold/guest_summary.h"
#include "reports/model/stage_order.h"

namespace vfqual::reports {

namespace {

StageReport FillStage(std::string_view name, const std::string& failed, RunEnd run_end, bool nothing_ran) {
  StageReport stage;
  stage.name = name;
  if (!failed.empty()) {
    stage.reason = fmt::format("after {} failed", failed);
  } else if (run_end != RunEnd::kComplete) {
    stage.verdict = Verdict::kMiss;
    stage.reason = "the run ended before this stage";
  } else if (nothing_ran) {
    stage.verdict = Verdict::kMiss;
    stage.reason = "no stage was run";
  } else {
    stage.reason = "not run";
  }
  return stage;
}

void NoteFailure(const StageReport& stage, std::string& failed) {
  if (failed.empty() && IsBad(stage.verdict)) failed = stage.name;
}

Verdict WorstStage(const std::vector<StageReport>& stages) {
  Verdict worst = Verdict::kSkip;
  for (const StageReport& stage : stages) worst = Worst(worst, stage.verdict);
  return worst;
}

class CellFinisher {
 public:
  CellFinisher(CellBuilder& cell, RunEnd run_end) : cell_(cell), run_end_(run_end), guest_failed_(cell.guests.size()) {}

  CellReport Finish() {
    CloseOpenStages();
    report_.guests.resize(cell_.guests.size());
    for (const StageKind& kind : kStageOrder) {
      StageReport stage = kind.level == StageLevel::kHost ? HostStage(kind.name) : GuestStageOfCell(kind.name);
      NoteFailure(stage, cell_failed_);
      report_.stages.push_back(std::move(stage));
    }
    AppendUnordered();
    if (!cell_failed_.empty()) report_.first_failure = cell_failed_;
    TakeFacts();
    DecideVerdicts();
    return std::move(report_);
  }

 private:
  void CloseOpenStages() {
    const std::string_view reason =
        run_end_ == RunEnd::kComplete ? "was started and never ended" : "the run ended here";
    cell_.host.stages.CloseOpen(reason);
    for (GuestBuilder& guest : cell_.guests) guest.results.stages.CloseOpen(reason);
  }

  bool NothingRan() const {
    return cell_.host.stages.empty() && std::all_of(cell_.guests.begin(), cell_.guests.end(),
                                                    [](const auto& guest) { return guest.results.stages.empty(); });
  }

  StageReport HostStage(std::string_view name) {
    const StageReport* const found = cell_.host.stages.Find(name);
    StageReport stage = found != nullptr ? *found : FillStage(name, cell_failed_, run_end_, NothingRan());
    NoteFailure(stage, host_failed_);
    return stage;
  }

  // Where the host said for all guests what became of a stage ("not selected"), that holds for those guests that say
  // nothing themselves.
  StageReport GuestStageOfCell(std::string_view name) {
    const StageReport* const for_all = cell_.host.stages.Find(name);
    std::vector<GuestStage> entries;
    bool guests_spoke = false;
    for (std::size_t i = 0; i < cell_.guests.size(); ++i) {
      const StageTrack& track = cell_.guests[i].results.stages;
      const StageReport* const own = track.Find(name);
      guests_spoke = guests_spoke || own != nullptr;
      const std::string& failed = guest_failed_[i].empty() ? host_failed_ : guest_failed_[i];
      const StageReport* const known = own != nullptr ? own : for_all;
      report_.guests[i].stages.push_back(known != nullptr ? *known : FillStage(name, failed, run_end_, track.empty()));
      NoteFailure(report_.guests[i].stages.back(), guest_failed_[i]);
      entries.push_back({.guest = cell_.guests[i].facts.name, .stage = &report_.guests[i].stages.back()});
    }
    if (for_all != nullptr) {
      NoteFailure(*for_all, host_failed_);
      if (!guests_spoke) return *for_all;
      entries.push_back({.guest = "host", .stage = for_all});
    }
    return entries.empty() ? FillStage(name, cell_failed_, run_end_, NothingRan()) : SummarizeGuests(entries);
  }

  void AppendUnordered() {
    for (StageReport& stage : cell_.host.stages.Unordered()) {
      NoteFailure(stage, cell_failed_);
      report_.stages.push_back(std::move(stage));
    }
    for (std::size_t i = 0; i < cell_.guests.size(); ++i) {
      for (StageReport& stage : cell_.guests[i].results.stages.Unordered()) {
        NoteFailure(stage, cell_failed_);
        report_.guests[i].stages.push_back(std::move(stage));
      }
    }
  }

  void TakeFacts() {
    report_.id = cell_.id;
    report_.kernel = cell_.kernel;
    report_.platform = cell_.platform;
    report_.module = cell_.module;
    report_.warnings = cell_.warnings.Take();
    report_.known_issues = cell_.known_issues.Take();
    report_.kernel_log_left_out = cell_.kernel_log.left_out();
    report_.kernel_log = cell_.kernel_log.Take();
    NoteLeftOut(cell_.warnings.left_out(), "warnings", kMaxRemarks, std::nullopt);
    NoteLeftOut(cell_.known_issues.left_out(), "known issues", kMaxRemarks, std::nullopt);
    TakeResults(cell_.host, std::nullopt, report_.host_tests, report_.host_metrics);
    for (std::size_t i = 0; i < cell_.guests.size(); ++i) {
      GuestReport& guest = report_.guests[i];
      guest.facts = cell_.guests[i].facts;
      TakeResults(cell_.guests[i].results, guest.facts.name, guest.tests, guest.metrics);
    }
  }

  void TakeResults(PlaceResults& results, const std::optional<std::string>& guest, std::vector<TestReport>& tests,
                   std::vector<MetricReport>& metrics) {
    tests = results.tests.Take();
    metrics = results.metrics.Take();
    NoteLeftOut(results.tests.left_out(), "tests", kMaxResults, guest);
    NoteLeftOut(results.metrics.left_out(), "metrics", kMaxResults, guest);
  }

  void NoteLeftOut(std::uint64_t count, std::string_view what, std::size_t limit,
                   const std::optional<std::string>& guest) {
    if (count == 0) return;
    report_.warnings.push_back(
        {.guest = guest,
         .stage = {},
         .message = fmt::format("{} {} beyond the first {} are not in this report; the journal has them", count, what,
                                limit)});
  }

  void DecideVerdicts() {
    report_.verdict = WorstStage(report_.stages);
    for (GuestReport& guest : report_.guests) {
      guest.verdict = WorstStage(guest.stages);
      report_.verdict = Worst(report_.verdict, guest.verdict);
    }
    if (cell_.damage.empty()) return;
    report_.reason = cell_.damage;
    report_.verdict = Worst(report_.verdict, Verdict::kMiss);
  }

  CellBuilder& cell_;
  RunEnd run_end_;
  CellReport report_;
  std::vector<std::string> guest_failed_;  // the first bad stage of each guest
  std::string host_failed_;                // the first bad stage of the host
  std::string cell_failed_;                // the first bad stage of either
};

}  // namespace

CellReport FinishCell(CellBuilder& cell, RunEnd run_end) {
  return CellFinisher(cell, run_end).Finish();
}

}  // namespace vfqual::reports
