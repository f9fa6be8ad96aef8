#include "reports/render/summary_markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reports/render/cell_markdown.h"
#include "reports/render/escape.h"
#include "reports/render/format.h"

namespace vfqual::reports {

namespace {

constexpr std::size_t kMaxGridRows = 1000;
constexpr std::size_t kMaxChanges = 50;
constexpr std::size_t kNameBytes = 200;
constexpr std::size_t kReasonBytes = 300;

std::string Head(const Report& report) {
  std::string text = fmt::format("# vfqual: {}\n\n", VerdictMarkdown(report.verdict));
  const std::string label = LabLabel(report);
  if (!label.empty()) text += fmt::format("> **{}**\n\n", label);
  if (!report.reason.empty()) text += EscapeMarkdown(report.reason, kReasonBytes) + "\n\n";
  text += fmt::format("{}, {}", Count(report.cells.size(), "cell"), FormatSeconds(report.run.seconds));
  for (const std::string& part : {FormatStart(report.run.started), report.run.tool, report.run.id}) {
    if (!part.empty()) text += ", " + EscapeMarkdown(part, kNameBytes);
  }
  return text + "\n\n";
}

// The worst cells first: where room ends, what matters is above.
std::vector<const CellReport*> WorstFirst(const Report& report) {
  std::vector<const CellReport*> cells;
  for (const CellReport& cell : report.cells) cells.push_back(&cell);
  std::stable_sort(cells.begin(), cells.end(),
                   [](const CellReport* a, const CellReport* b) { return a->verdict < b->verdict; });
  return cells;
}

std::string Grid(const std::vector<const CellReport*>& cells) {
  if (cells.size() < 2) return {};
  std::string text = "| Verdict | Kernel | Platform | Module | First failure |\n|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < std::min(cells.size(), kMaxGridRows); ++i) {
    const CellReport& cell = *cells[i];
    const auto name = [](const std::string& value) { return EscapeMarkdown(value, kNameBytes); };
    text += fmt::format("| {} | {} | {}{} | {} {} | {} |\n", VerdictMarkdown(cell.verdict), name(cell.kernel.release),
                        name(cell.platform.id), cell.platform.hardware ? "" : " (stand-in)", name(cell.module.name),
                        name(cell.module.version), EscapeMarkdown(CellCause(cell), kReasonBytes));
  }
  if (cells.size() > kMaxGridRows) text += fmt::format("\n{} more cells.\n", cells.size() - kMaxGridRows);
  return text + "\n";
}

std::string LeftChanged(const Report& report) {
  std::string text;
  std::size_t count = 0;
  for (const ChangeReport& change : report.changes) {
    if (change.undone || ++count > kMaxChanges) continue;
    const std::string what = FormatChange(change);
    text +=
        fmt::format("- {}: {}{}\n", EscapeMarkdown(change.what, kNameBytes), EscapeMarkdown(change.target, kNameBytes),
                    what.empty() ? "" : fmt::format(" ({})", EscapeMarkdown(what, kReasonBytes)));
  }
  if (count == 0) return {};
  if (count > kMaxChanges) text += fmt::format("- and {} more\n", count - kMaxChanges);
  return "## Left changed on the host\n\n" + text + "\n";
}

}  // namespace

std::string SummaryMarkdown(const Report& report) {
  constexpr std::size_t kNoteBytes = 200;
  constexpr std::size_t kRoom = kMaxSummaryBytes - kNoteBytes;
  const std::vector<const CellReport*> cells = WorstFirst(report);
  std::string text = Head(report) + Grid(cells) + LeftChanged(report);
  std::size_t shown = 0;
  for (const CellReport* cell : cells) {
    if (text.size() > kRoom) break;
    text += CellMarkdown(*cell, cells.size() == 1);
    ++shown;
  }
  if (text.size() > kRoom) {
    text.resize(text.rfind('\n', kRoom) + 1);
    text += fmt::format("\nThere was no room for the rest of this cell and for {}; report.html has them.\n",
                        Count(cells.size() - shown, "more cell"));
  }
  return text;
}

}  // namespace vfqual::reports
