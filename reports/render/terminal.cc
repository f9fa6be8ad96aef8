#include "reports/render/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reports/merge/merge.h"
#include "reports/model/report_json.h"
#include "reports/model/text.h"
#include "reports/render/failure_excerpt.h"
#include "reports/render/format.h"
#include "reports/render/grid_layout.h"

namespace vfqual::reports {

namespace {

constexpr std::size_t kMaxTerminalReasonBytes = 500;
constexpr std::size_t kMaxNameBytes = 48;
constexpr std::size_t kMaxTerminalExcerptLines = 10;
constexpr std::size_t kMaxFailures = 50;
constexpr std::size_t kMaxShownCells = 20;

std::string_view AnsiColour(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFail:
      return "\x1b[31m";
    case Verdict::kError:
    case Verdict::kMiss:
      return "\x1b[33m";
    case Verdict::kPass:
      return "\x1b[32m";
    case Verdict::kDone:
      return "\x1b[36m";
    case Verdict::kSkip:
      return "\x1b[2m";
  }
  return "";
}

class TextWriter {
 public:
  explicit TextWriter(bool colour) : colour_(colour) {}

  void Line(std::string_view text) {
    out_ += text;
    out_ += '\n';
  }

  std::string VerdictWord(Verdict verdict) const {
    const std::string word = fmt::format("{:<5}", Word(verdict));
    return colour_ ? fmt::format("{}{}\x1b[0m", AnsiColour(verdict), word) : word;
  }

  static std::string Reason(const std::string& reason) {
    std::string text = VisibleText(reason, kMaxTerminalReasonBytes);
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at))
      text.replace(at, 1, " ⏎ ");
    return text;
  }

  void Failures(const std::vector<TestReport>& tests, const std::string& place) {
    for (const TestReport& test : tests) {
      if (!IsBad(test.verdict) || ++failures_ > kMaxFailures) continue;
      Line(fmt::format("    {} {} {}: {}", VerdictWord(test.verdict), place, Reason(test.path), Reason(test.reason)));
    }
  }

  void Cell(const CellReport& cell) {
    Line(fmt::format("{} {}", VerdictWord(cell.verdict), Reason(CellTitle(cell))));
    const std::string label = LabLabel(cell);
    if (!label.empty()) Line("      " + label);
    if (!cell.reason.empty()) Line("      " + Reason(cell.reason));
    for (const StageReport& stage : cell.stages) {
      Line(fmt::format("  {} {:<10}{:>12}  {}", VerdictWord(stage.verdict), Reason(stage.name),
                       stage.started.empty() ? "" : FormatSeconds(stage.seconds), Reason(stage.reason)));
    }
    failures_ = 0;
    Failures(cell.host_tests, "host");
    for (const GuestReport& guest : cell.guests) Failures(guest.tests, Reason(guest.facts.name));
    if (failures_ > kMaxFailures) Line(fmt::format("    and {} more", failures_ - kMaxFailures));
    for (const std::string& line : FailureExcerpt(cell, kMaxTerminalExcerptLines)) Line("    | " + Reason(line));
    for (const ExpectationOutcome& outcome : cell.expectations) {
      Line(fmt::format("    {}: {} {} ({}, until {}, {})", Word(outcome.state), Reason(outcome.guest.value_or("host")),
                       Reason(outcome.path), Reason(outcome.reason), Reason(outcome.expires), Reason(outcome.url)));
    }
    for (const KnownIssueMatch& match : cell.known_issues) {
      if (match.severity == "benign") continue;
      Line(fmt::format("    known issue {} {}: {}", Reason(match.id), Reason(match.url), Reason(match.line)));
    }
  }

  // The same as the page's, with a few words for each cell.
  void Grid(const Report& report) {
    if (report.cells.size() < 2) return;
    const GridLayout grid = LayOutGrid(report, false);
    for (const GridRelease& release : grid.releases) {
      Line(Name(release.name));
      std::vector<std::vector<std::string>> rows = {{"  kernel"}};
      for (const std::string& platform : grid.platforms) rows.front().push_back(Name(platform));
      for (const GridRow& row : release.rows) {
        rows.push_back({"  " + Name(row.kernel)});
        for (const std::size_t cell : row.cells)
          rows.back().push_back(cell == kNoCell ? "no data" : Field(report.cells[cell], grid.notes[cell]));
      }
      Table(rows);
    }
    Line("▼ worse, ▲ better than before; ≈ not the same in each run\n");
  }

  std::string Take() { return std::move(out_); }

 private:
  static std::string Name(const std::string& name) { return VisibleText(Reason(name), kMaxNameBytes); }

  // "FAIL vfs lab ▼": the verdict comes first.
  static std::string Field(const CellReport& cell, const CellNote& note) {
    std::string text(Word(cell.verdict));
    if (cell.first_failure) text += " " + Name(*cell.first_failure);
    if (IsBad(cell.verdict) && !IsBad(cell.unexpected)) text += " expected";
    const std::string hardware = HardwareNote(cell);
    if (!hardware.empty()) text += " " + hardware;
    if (note.change == CellChange::kWorse) text += " ▼";
    if (note.change == CellChange::kBetter) text += " ▲";
    return IsFlaky(cell) ? text + " ≈" : text;
  }

  void Table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& row : rows) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Columns(row[i]));
    }
    for (const auto& row : rows) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i)
        line += Coloured(row[i]) + std::string(widths[i] - Columns(row[i]) + 2, ' ');
      line.resize(line.find_last_not_of(' ') + 1);
      Line(line);
    }
  }

  // A field that begins with a verdict, with the verdict's colour.
  std::string Coloured(const std::string& field) const {
    const auto verdict = ParseVerdict(field.substr(0, field.find(' ')));
    if (!verdict || !colour_) return field;
    const std::size_t length = Word(*verdict).size();
    return fmt::format("{}{}\x1b[0m{}", AnsiColour(*verdict), field.substr(0, length), field.substr(length));
  }

  // Of a terminal: one for each character.
  static std::size_t Columns(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  }

  bool colour_;
  std::string out_;
  std::size_t failures_ = 0;
};

}  // namespace

namespace {

std::size_t CountBad(const Report& report) {
  return static_cast<std::size_t>(std::count_if(report.cells.begin(), report.cells.end(),
                                                [](const CellReport& cell) { return IsBad(cell.unexpected); }));
}

}  // namespace

std::string TerminalText(const Report& report, bool colour) {
  TextWriter text(colour);
  std::size_t shown = 0;
  text.Grid(report);
  // Of many cells the grid tells enough where nothing failed.
  for (const CellReport& cell : report.cells) {
    if (report.cells.size() <= kMaxShownCells || (IsBad(cell.unexpected) && shown++ < kMaxShownCells)) text.Cell(cell);
  }
  if (report.cells.size() > kMaxShownCells)
    text.Line(fmt::format("cells that failed: {}; shown: {}", CountBad(report), std::min(shown, kMaxShownCells)));
  for (const ChangeReport& change : report.changes) {
    if (change.undone) continue;
    text.Line(fmt::format("left changed on the host: {} {}", TextWriter::Reason(change.what),
                          TextWriter::Reason(change.target)));
  }
  const bool is_expected = IsBad(report.verdict) && !IsBad(report.unexpected);
  text.Line(fmt::format("verdict: {}{}{}", text.VerdictWord(report.verdict), is_expected ? " (as expected)" : "",
                        report.reason.empty() ? "" : " " + TextWriter::Reason(report.reason)));
  return text.Take();
}

}  // namespace vfqual::reports
