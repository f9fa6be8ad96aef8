#include "reports/render/html/cell_times.h"

#include <algorithm>
#include <chrono>

namespace vfqual::reports {

namespace {

double ToSeconds(TimeMs::duration span) {
  return std::chrono::duration<double>(span).count();
}

}  // namespace

CellTimes::CellTimes(const CellReport& cell) {
  for (const StageReport& stage : cell.stages) Include(stage);
  for (const GuestReport& guest : cell.guests) {
    for (const StageReport& stage : guest.stages) Include(stage);
  }
}

std::optional<double> CellTimes::StartOf(const StageReport& stage) const {
  const auto start = ParseTime(stage.started);
  if (!start || !begin_) return std::nullopt;
  return ToSeconds(*start - *begin_);
}

void CellTimes::Include(const StageReport& stage) {
  const auto start = ParseTime(stage.started);
  if (!start) return;
  // The host's stages come first and in order, so the first start is the cell's.
  if (!begin_) begin_ = start;
  total_s_ = std::max(total_s_, ToSeconds(*start - *begin_) + stage.seconds);
}

}  // namespace vfqual::reports
