// Gathers the events of a journal, cell by cell.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "reports/events/timestamp.h"
#include "reports/fold/cell_builder.h"
#include "reports/fold/event_fields.h"
#include "reports/fold/finish_cell.h"
#include "reports/model/report.h"

namespace vfqual::reports {

class RunBuilder {
 public:
  // The issues, where given, must outlive this.
  explicit RunBuilder(const KnownIssues* known_issues) : known_issues_(known_issues) {}

  // One event, in the journal's order. What is wrong with its fields stays in `fields`; unknown events are passed over.
  void Apply(EventFields& fields);

  // A damaged line: the cell whose events came last is not to be trusted.
  void NoteDamage(const std::string& what);

  // Hands the run's facts, changes and finished cells over. The builder is used up.
  void FinishInto(Report& report);

  RunEnd run_end() const;
  const std::string& given_up_reason() const { return given_up_reason_; }

 private:
  using Handler = void (RunBuilder::*)(EventFields&);
  static Handler FindHandler(std::string_view name);

  void OnRunStarted(EventFields& fields);
  void OnRunEnded(EventFields& fields);
  void OnCell(EventFields& fields);
  void OnGuest(EventFields& fields);
  void OnStageStarted(EventFields& fields);
  void OnStageEnded(EventFields& fields);
  void OnTest(EventFields& fields);
  void OnMetric(EventFields& fields);
  void OnWarning(EventFields& fields);
  void OnKernelLog(EventFields& fields);
  void OnKnownIssue(EventFields& fields);
  void OnChange(EventFields& fields);
  void OnChangeUndone(EventFields& fields);

  void TakeTime(EventFields& fields);
  std::string TimeText() const;
  void Scan(CellBuilder& cell, const std::optional<std::string>& guest, std::string_view stage,
            std::string_view text) const;
  CellBuilder& Cell(EventFields& fields);
  static PlaceResults& Results(CellBuilder& cell, const std::optional<std::string>& guest);

  const KnownIssues* known_issues_;
  RunReport run_;
  std::vector<ChangeReport> changes_;
  std::deque<CellBuilder> cells_;  // in the order in which they came; references stay valid
  std::map<std::string, CellBuilder*, std::less<>> cell_by_id_;
  CellBuilder* current_cell_ = nullptr;
  std::optional<TimeMs> time_;  // of the event in hand
  std::optional<TimeMs> first_time_;
  std::optional<TimeMs> last_time_;
  bool started_ = false;
  bool ended_ = false;
  bool complete_ = false;
  std::string given_up_reason_;
};

}  // namespace vfqual::reports
