// When the stages of a cell ran, for its timeline.
#pragma once

#include <optional>

#include "reports/events/timestamp.h"
#include "reports/model/report.h"

namespace vfqual::reports {

class CellTimes {
 public:
  explicit CellTimes(const CellReport& cell);

  // Seconds from the cell's begin; nothing for a stage that was not started.
  std::optional<double> StartOf(const StageReport& stage) const;
  double total_s() const { return total_s_; }

 private:
  void Include(const StageReport& stage);

  std::optional<TimeMs> begin_;
  double total_s_ = 0.001;
};

}  // namespace vfqual::reports
