#include "reports/render/summary_markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reports/render/cell_markdown.h"
#include "reports/render/escape.h"
#include "reports/render/format.h"
#include "reports/render/grid_layout.h"

namespace vfqual::reports {

namespace {

constexpr std::size_t kMaxGridBytes = kMaxSummaryBytes / 2;
constexpr std::size_t kMaxChanges = 50;
constexpr std::size_t kShortNameBytes = 200;
constexpr std::size_t kShortReasonBytes = 300;

std::string Head(const Report& report) {
  std::string text = fmt::format("# vfqual: {}\n\n", VerdictMarkdown(report.verdict));
  const std::string label = LabLabel(report);
  if (!label.empty()) text += fmt::format("> **{}**\n\n", label);
  if (!report.reason.empty()) text += EscapeMarkdown(report.reason, kShortReasonBytes) + "\n\n";
  text += fmt::format("{}, {}", Count(report.cells.size(), "cell"), FormatSeconds(report.run.seconds));
  for (const std::string& part : {FormatStart(report.run.started), report.run.tool, report.run.id}) {
    if (!part.empty()) text += ", " + EscapeMarkdown(part, kShortNameBytes);
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

std::string ShortName(std::string_view text) {
  return EscapeMarkdown(text, kShortNameBytes);
}

std::string Field(const CellReport& cell, const CellNote& change) {
  std::string text = VerdictMarkdown(cell.verdict);
  if (cell.first_failure) text += " at " + ShortName(*cell.first_failure);
  if (IsBad(cell.verdict) && !IsBad(cell.unexpected)) text += " (expected)";
  for (const std::string& note : {ShortName(change.text), FlakyNote(cell), HardwareNote(cell)}) {
    if (!note.empty()) text += "<br>" + note;
  }
  return text;
}

// Kernels × platforms, a table for each release; ends with a whole row where room ends.
std::string Grid(const Report& report) {
  if (report.cells.size() < 2) return {};
  const GridLayout grid = LayOutGrid(report);
  std::string text;
  for (const GridRelease& release : grid.releases) {
    text += fmt::format("**{}**\n\n| Kernel |", ShortName(release.name));
    std::string rule = "|---|";
    for (const std::string& platform : grid.platforms) {
      text += fmt::format(" {} |", ShortName(platform));
      rule += "---|";
    }
    text += "\n" + rule + "\n";
    for (const GridRow& row : release.rows) {
      if (text.size() > kMaxGridBytes) return text + "\nThere was no room for the rest; report.html has it.\n\n";
      text += fmt::format("| {} |", ShortName(row.kernel));
      for (const std::size_t cell : row.cells) {
        text += cell == kNoCell ? " *no data* |" : fmt::format(" {} |", Field(report.cells[cell], grid.notes[cell]));
      }
      text += "\n";
    }
    text += "\n";
  }
  return text;
}

// Several cells are folded away, so that the grid stays what is seen; what failed can be opened.
std::string CellDetails(const CellReport& cell, bool is_only_one) {
  const std::string text = CellMarkdown(cell, is_only_one);
  if (is_only_one) return text;
  return fmt::format("<details><summary>{} {}</summary>\n\n{}\n</details>\n\n", VerdictMarkdown(cell.verdict),
                     ShortName(CellTitle(cell)), text);
}

std::string LeftChanged(const Report& report) {
  std::string text;
  std::size_t count = 0;
  for (const ChangeReport& change : report.changes) {
    if (change.undone || ++count > kMaxChanges) continue;
    const std::string what = FormatChange(change);
    text += fmt::format("- {}: {}{}\n", EscapeMarkdown(change.what, kShortNameBytes),
                        EscapeMarkdown(change.target, kShortNameBytes),
                        what.empty() ? "" : fmt::format(" ({})", EscapeMarkdown(what, kShortReasonBytes)));
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
  std::string text = Head(report) + Grid(report) + LeftChanged(report);
  std::size_t shown = 0;
  for (const CellReport* cell : cells) {
    const bool is_only_one = cells.size() == 1;
    const std::string details = CellDetails(*cell, is_only_one);
    // An element that was cut in the middle would take in what follows; a cell alone can be cut at a line.
    if (!is_only_one && text.size() + details.size() > kRoom) break;
    text += details;
    ++shown;
  }
  if (text.size() > kRoom) {
    text.resize(text.rfind('\n', kRoom) + 1);
    text += "\nThere was no room for the rest of this cell; report.html has it.\n";
  } else if (shown < cells.size()) {
    text +=
        fmt::format("\nThere was no room for {}; report.html has them.\n", Count(cells.size() - shown, "more cell"));
  }
  return text;
}

}  // namespace vfqual::reports
