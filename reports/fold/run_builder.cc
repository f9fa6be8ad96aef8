#include "reports/fold/run_builder.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <utility>

#include "reports/events/event.h"

namespace vfqual::reports {

namespace {

int ToInt(std::int64_t value) {
  return static_cast<int>(
      std::clamp<std::int64_t>(value, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}

}  // namespace

RunBuilder::Handler RunBuilder::FindHandler(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Handler>, 15> kHandlers = {{
      {"run_started", &RunBuilder::OnRunStarted},
      {"run_ended", &RunBuilder::OnRunEnded},
      {"cell_started", &RunBuilder::OnCell},
      {"cell_updated", &RunBuilder::OnCell},
      {"guest_started", &RunBuilder::OnGuest},
      {"guest_updated", &RunBuilder::OnGuest},
      {"stage_started", &RunBuilder::OnStageStarted},
      {"stage_ended", &RunBuilder::OnStageEnded},
      {"test", &RunBuilder::OnTest},
      {"metric", &RunBuilder::OnMetric},
      {"warning", &RunBuilder::OnWarning},
      {"kernel_log", &RunBuilder::OnKernelLog},
      {"known_issue", &RunBuilder::OnKnownIssue},
      {"change", &RunBuilder::OnChange},
      {"change_undone", &RunBuilder::OnChangeUndone},
  }};
  const auto* const found =
      std::find_if(kHandlers.begin(), kHandlers.end(), [name](const auto& entry) { return entry.first == name; });
  return found == kHandlers.end() ? nullptr : found->second;
}

void RunBuilder::Apply(EventFields& fields) {
  const std::string name = fields.Name("event");
  TakeTime(fields);
  if (!started_ && name != "run_started") fields.Complain("comes before run_started");
  started_ = true;
  if (const Handler handler = FindHandler(name)) (this->*handler)(fields);
}

void RunBuilder::NoteDamage(const std::string& what) {
  if (current_cell_ != nullptr && current_cell_->damage.empty()) current_cell_->damage = what;
}

RunEnd RunBuilder::run_end() const {
  if (!ended_) return RunEnd::kCut;
  return complete_ ? RunEnd::kComplete : RunEnd::kGivenUp;
}

void RunBuilder::FinishInto(Report& report) {
  if (!ended_ && first_time_ && last_time_ > first_time_) {
    run_.seconds = std::chrono::duration<double>(*last_time_ - *first_time_).count();
  }
  report.run = std::move(run_);
  report.changes = std::move(changes_);
  for (CellBuilder& cell : cells_) {
    report.cells.push_back(FinishCell(cell, run_end()));
    if (known_issues_ != nullptr) cell.issue_hits.FinishInto(*known_issues_, report.cells.back());
  }
}

// Made where it is wanted: most events tell no time to anyone.
std::string RunBuilder::TimeText() const {
  return time_ ? FormatTime(*time_) : "";
}

void RunBuilder::TakeTime(EventFields& fields) {
  const auto time = ParseTime(fields.Text("time"));
  if (!time) {
    fields.Complain("has no time");
    time_.reset();
    return;
  }
  if (!first_time_) first_time_ = time;
  last_time_ = time;
  time_ = time;
}

CellBuilder& RunBuilder::Cell(EventFields& fields) {
  const std::string id = fields.Name("cell");
  if (id == kUnknownName && current_cell_ != nullptr) return *current_cell_;
  const auto [at, is_new] = cell_by_id_.try_emplace(id, nullptr);
  if (is_new) {
    at->second = &cells_.emplace_back();
    at->second->id = id;
  }
  current_cell_ = at->second;
  return *current_cell_;
}

PlaceResults& RunBuilder::Results(CellBuilder& cell, const std::optional<std::string>& guest) {
  return guest ? cell.Guest(*guest).results : cell.host;
}

void RunBuilder::OnRunStarted(EventFields& fields) {
  if (fields.OptionalText("schema") != kEventsSchema) fields.Complain("is not of the schema vfqual/events/1");
  if (!run_.id.empty()) fields.Complain("comes again: these are two journals in one file");
  fields.MergeInto(run_);
  if (run_.started.empty()) run_.started = TimeText();
}

void RunBuilder::OnRunEnded(EventFields& fields) {
  ended_ = true;
  run_.seconds = fields.Seconds("seconds");
  complete_ = fields.OptionalFlag("complete", true);
  if (!complete_) given_up_reason_ = fields.OptionalText("reason");
}

void RunBuilder::OnCell(EventFields& fields) {
  CellBuilder& cell = Cell(fields);
  fields.MergeInto(cell.kernel);
  fields.MergeInto(cell.platform);
  fields.MergeInto(cell.module);
}

void RunBuilder::OnGuest(EventFields& fields) {
  CellBuilder& cell = Cell(fields);
  fields.MergeInto(cell.Guest(fields.Name("guest")).facts);
}

void RunBuilder::OnStageStarted(EventFields& fields) {
  CellBuilder& cell = Cell(fields);
  Results(cell, fields.Guest()).stages.Start(fields.Name("stage"), TimeText());
}

void RunBuilder::OnStageEnded(EventFields& fields) {
  CellBuilder& cell = Cell(fields);
  const std::optional<std::string> guest = fields.Guest();
  const StageReport stage = {.name = fields.Name("stage"),
                             .verdict = fields.VerdictWord("verdict"),
                             .seconds = fields.Seconds("seconds"),
                             .reason = fields.OptionalText("reason"),
                             .log = fields.OptionalText("log"),
                             .started = {}};
  Scan(cell, guest, stage.name, stage.reason);
  Results(cell, guest).stages.End(stage);
}

void RunBuilder::OnTest(EventFields& fields) {
  CellBuilder& cell = Cell(fields);
  const std::optional<std::string> guest = fields.Guest();
  PlaceResults& results = Results(cell, guest);
  TestReport test = {.stage = fields.Name("stage"),
                     .path = fields.Name("path"),
                     .verdict = fields.VerdictWord("verdict"),
                     .seconds = fields.Seconds("seconds"),
                     .reason = fields.OptionalText("reason")};
  Scan(cell, guest, test.stage, test.reason);
  results.stages.CountTest(test);
  results.tests.Add(std::move(test));
}

void RunBuilder::OnMetric(EventFields& fields) {
  CellBuilder& cell = Cell(fields);
  Results(cell, fields.Guest())
      .metrics.Add({.stage = fields.Name("stage"),
                    .path = fields.Name("path"),
                    .value = fields.OptionalNumber("value"),
                    .unit = fields.OptionalText("unit"),
                    .samples = fields.OptionalNumbers("samples"),
                    .reason = fields.OptionalText("reason")});
}

void RunBuilder::OnWarning(EventFields& fields) {
  CellBuilder& cell = Cell(fields);
  WarningReport warning = {
      .guest = fields.Guest(), .stage = fields.OptionalText("stage"), .message = fields.Text("message")};
  Scan(cell, warning.guest, warning.stage, warning.message);
  cell.warnings.Add(std::move(warning));
}

void RunBuilder::OnKernelLog(EventFields& fields) {
  CellBuilder& cell = Cell(fields);
  KernelLogLine line = {.guest = fields.Guest(),
                        .stage = fields.OptionalText("stage"),
                        .uptime_us = fields.Integer("uptime_us"),
                        .level = ToInt(fields.Integer("level")),
                        .message = fields.Text("message")};
  Scan(cell, line.guest, line.stage, line.message);
  cell.kernel_log.Add(std::move(line));
}

void RunBuilder::Scan(CellBuilder& cell, const std::optional<std::string>& guest, std::string_view stage,
                      std::string_view text) const {
  if (known_issues_ != nullptr) cell.issue_hits.Scan(*known_issues_, guest, stage, text);
}

void RunBuilder::OnKnownIssue(EventFields& fields) {
  Cell(fields).known_issues.Add({.id = fields.Name("id"),
                                 .url = fields.OptionalText("url"),
                                 .guest = fields.Guest(),
                                 .stage = fields.OptionalText("stage"),
                                 .line = fields.OptionalText("line"),
                                 .severity = {},
                                 .title = {},
                                 .workaround = {}});
}

void RunBuilder::OnChange(EventFields& fields) {
  changes_.push_back({.id = ToInt(fields.Integer("id")),
                      .what = fields.Text("what"),
                      .target = fields.Text("target"),
                      .before = fields.OptionalText("before"),
                      .after = fields.OptionalText("after"),
                      .undone = std::nullopt});
}

void RunBuilder::OnChangeUndone(EventFields& fields) {
  const int id = ToInt(fields.Integer("id"));
  for (ChangeReport& change : changes_) {
    if (change.id == id && !change.undone) change.undone = fields.OptionalText("how");
  }
}

}  // namespace vfqual::reports
