#include "reports/render/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/events/timestamp.h"

namespace vfqual::reports {

std::string FormatSeconds(double seconds) {
  if (seconds < 0.0995) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 0.995) return fmt::format("{:.2f} s", seconds);
  if (seconds < 99.95) return fmt::format("{:.1f} s", seconds);
  const double minutes = std::floor(std::round(seconds) / 60);
  if (minutes < 60) return fmt::format("{:.0f} min {:.0f} s", minutes, std::round(seconds) - minutes * 60);
  const double hours = std::floor(minutes / 60);
  return fmt::format("{:.0f} h {:.0f} min", hours, minutes - hours * 60);
}

std::string FormatNumber(double value) {
  return fmt::format("{:.4g}", value);
}

std::string FormatQuantity(double value, const std::string& unit) {
  if (unit != "B" && unit != "B/s") return FormatNumber(value) + (unit.empty() ? "" : " " + unit);
  constexpr std::array kPrefixes = {"", "k", "M", "G", "T", "P"};
  std::size_t prefix = 0;
  while (std::fabs(value) >= 1000 && prefix + 1 < kPrefixes.size()) {
    value /= 1000;
    ++prefix;
  }
  return fmt::format("{} {}{}", FormatNumber(value), kPrefixes.at(prefix), unit);
}

std::string FormatChange(const ChangeReport& change) {
  return change.before.empty() && change.after.empty() ? "" : fmt::format("{} → {}", change.before, change.after);
}

std::string_view Sign(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFail:
      return "✗";
    case Verdict::kError:
      return "!";
    case Verdict::kMiss:
      return "?";
    case Verdict::kPass:
      return "✓";
    case Verdict::kDone:
      return "●";
    case Verdict::kSkip:
      return "–";
  }
  return "?";
}

std::string FormatStart(const std::string& started) {
  if (!ParseTime(started)) return started;
  return fmt::format("{} {} UTC", started.substr(0, 10), started.substr(11, 5));
}

std::string Count(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string LabLabel(const CellReport& cell) {
  if (cell.platform.hardware) return {};
  if (cell.platform.id.empty()) return "Not a hardware result: the platform was not identified";
  if (cell.platform.id == kNoPlatform) return "No GPU was used: this says whether the module builds and loads, no more";
  return "Lab result: the GPU is a stand-in";
}

std::string LabLabel(const Report& report) {
  std::string label;
  std::size_t labelled = 0;
  for (const CellReport& cell : report.cells) {
    const std::string own = LabLabel(cell);
    if (own.empty()) continue;
    ++labelled;
    // A stand-in is the more certain thing to say.
    if (label.empty() || !cell.platform.id.empty()) label = own;
  }
  if (labelled == 0 || labelled == report.cells.size()) return label;
  return fmt::format("{} ({} of {})", label, labelled, Count(report.cells.size(), "cell"));
}

std::string CellTitle(const CellReport& cell) {
  std::string title;
  const std::string module = cell.module.name + (cell.module.version.empty() ? "" : " " + cell.module.version);
  for (const std::string& part : {cell.kernel.release, cell.platform.id, module}) {
    if (part.empty()) continue;
    title += title.empty() ? part : " · " + part;
  }
  return title.empty() ? cell.id : title;
}

std::string StageReason(const CellReport& cell, std::string_view stage_name) {
  const auto stage = std::find_if(cell.stages.begin(), cell.stages.end(),
                                  [stage_name](const StageReport& candidate) { return candidate.name == stage_name; });
  return stage == cell.stages.end() ? std::string() : stage->reason;
}

std::string CellCause(const CellReport& cell) {
  if (!IsBad(cell.verdict)) return {};
  if (!cell.first_failure) return cell.reason;
  const std::string reason = StageReason(cell, *cell.first_failure);
  return reason.empty() ? *cell.first_failure : *cell.first_failure + ": " + reason;
}

}  // namespace vfqual::reports
