#include "reports/render/html/cell_section.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/merge/merge.h"
#include "reports/model/report_json.h"
#include "reports/render/escape.h"
#include "reports/render/failure_excerpt.h"
#include "reports/render/format.h"
#include "reports/render/html/parts.h"
#include "reports/render/html/result_tables.h"
#include "reports/render/html/stage_table.h"

namespace vfqual::reports {

namespace {

constexpr std::size_t kMaxSectionExcerptLines = 15;

std::string WithDetail(const std::string& value, const std::string& detail) {
  return detail.empty() || value.empty() ? value + detail : fmt::format("{} ({})", value, detail);
}

void WriteFacts(HtmlWriter& html, const CellReport& cell) {
  const PfFacts& pf = cell.platform.pf;
  const ModuleFacts& module = cell.module;
  html.Open("dl", {{"class", "facts"}});
  WriteFact(html, "Kernel", WithDetail(cell.kernel.release, cell.kernel.distribution));
  WriteFact(html, "Platform", WithDetail(cell.platform.id, cell.platform.name));
  if (!pf.bdf.empty()) {
    WriteFact(html, "PF", fmt::format("{}, {}:{}, up to {} VFs", pf.bdf, pf.vendor, pf.device, pf.total_vfs));
  }
  WriteFact(html, "Module",
            WithDetail(module.name + (module.version.empty() ? "" : " " + module.version), module.driver));
  WriteFact(html, "Module source",
            module.source_kind.empty() ? module.source : module.source_kind + " " + module.source);
  WriteFact(html, "Revision", module.revision);
  WriteFact(html, "Fingerprint", module.fingerprint);
  WriteFact(html, "srcversion", module.srcversion);
  html.Close();
}

// What the kernels said where it failed; the stage's own log is linked in the table below.
void WriteExcerpt(HtmlWriter& html, const CellReport& cell) {
  const std::vector<std::string> lines = FailureExcerpt(cell, kMaxSectionExcerptLines);
  if (lines.empty()) return;
  html.Element("p", {{"class", "muted"}}, "Kernel log during " + *cell.first_failure + ":");
  html.Element("pre", {{"class", "excerpt"}}, fmt::format("{}", fmt::join(lines, "\n")));
}

void WriteCause(HtmlWriter& html, const CellReport& cell, const std::string& anchor) {
  if (!IsBad(cell.verdict)) return;
  html.Open("p", {{"class", fmt::format("cause reason {}", Word(cell.verdict))}});
  if (cell.first_failure) {
    const std::string reason = StageReason(cell, *cell.first_failure);
    html.Text("First failure: ");
    html.Open("a", {{"href", "#" + anchor + "-stage-" + Slug(*cell.first_failure)}}).Text(*cell.first_failure).Close();
    html.Text(reason.empty() ? "" : ": " + reason);
  } else {
    html.Text(cell.reason);
  }
  html.Close();
  if (cell.first_failure && !cell.reason.empty()) html.Element("p", {{"class", "reason"}}, cell.reason);
  WriteExcerpt(html, cell);
}

void WriteTitle(HtmlWriter& html, const CellReport& cell, const std::string& anchor) {
  html.Open("p", {{"class", "back"}}).Element("a", {{"href", "#grid"}}, "↑ Kernels × platforms").Close();
  html.Open("h2", {{"class", "name"}}).Element("a", {{"href", "#" + anchor}}, CellTitle(cell)).Text(" ");
  WriteVerdict(html, cell.verdict);
  html.Close();
  const std::string label = LabLabel(cell);
  if (!label.empty()) html.Element("p", {{"class", "lab"}}, label);
}

std::string Where(const std::optional<std::string>& guest, const std::string& stage) {
  return guest.value_or("host") + (stage.empty() ? "" : " · " + stage);
}

void WriteIssueList(HtmlWriter& html, const CellReport& cell, bool benign) {
  html.Open("ul", {{"class", "plain"}});
  for (const KnownIssueMatch& match : cell.known_issues) {
    if ((match.severity == "benign") != benign) continue;
    const std::string link = WebLink(match.url);
    html.Open("li");
    if (link.empty()) {
      html.Element("strong", match.id);
    } else {
      html.Element("a", {{"href", link}, {"rel", "noopener noreferrer"}}, match.id);
    }
    if (!match.title.empty()) html.Text(": " + match.title);
    html.Element("span", {{"class", "muted"}}, " " + Where(match.guest, match.stage));
    html.Element("pre", match.line);
    if (match.lines > 1) html.Element("div", {{"class", "muted"}}, fmt::format("and {} more lines", match.lines - 1));
    if (!match.workaround.empty() && !benign) html.Element("div", "Workaround: " + match.workaround);
    html.Close();
  }
  html.Close();
}

void WriteKnownIssues(HtmlWriter& html, const CellReport& cell) {
  const auto benign =
      static_cast<std::size_t>(std::count_if(cell.known_issues.begin(), cell.known_issues.end(),
                                             [](const auto& match) { return match.severity == "benign"; }));
  if (benign < cell.known_issues.size()) {
    html.Element("h3", "Known issues");
    WriteIssueList(html, cell, false);
  }
  if (benign == 0) return;
  html.Open("details").Element("summary", "Harmless messages: " + Count(benign, "note"));
  html.Open("div", {{"class", "inside"}});
  WriteIssueList(html, cell, true);
  html.Close().Close();
}

void WriteExpectations(HtmlWriter& html, const CellReport& cell) {
  if (cell.expectations.empty()) return;
  html.Element("h3", "Expectations").Open("table", {{"class", "stack"}}).Open("thead").Open("tr");
  for (const char* title : {"Test", "State", "Where", "Why"}) WriteColumnHead(html, title);
  html.Close().Close().Open("tbody");
  for (const ExpectationOutcome& outcome : cell.expectations) {
    html.Open("tr").Element("th", {{"scope", "row"}}, outcome.path).Element("td", Word(outcome.state));
    html.Element("td", outcome.guest.value_or("host")).Open("td", {{"class", "wide"}}).Text(outcome.reason + " ");
    const std::string link = WebLink(outcome.url);
    if (!link.empty()) html.Element("a", {{"href", link}, {"rel", "noopener noreferrer"}}, outcome.id);
    html.Text(outcome.expires.empty() ? "" : ", until " + outcome.expires).Close().Close();
  }
  html.Close().Close();
}

void WriteHistory(HtmlWriter& html, const CellReport& cell) {
  if (cell.history.empty()) return;
  const PassCount count = CountPasses(cell);
  html.Element("h3", fmt::format("History: {} of {} runs passed", count.passed, count.runs));
  html.Open("table", {{"class", "stack"}}).Open("tbody");
  for (const CellHistory& older : cell.history) {
    html.Open("tr").Element("th", {{"scope", "row"}}, older.run).Open("td");
    WriteVerdict(html, older.verdict);
    html.Close().Element("td", FormatStart(older.started));
    html.Element("td", {{"class", "wide"}}, older.first_failure ? "at " + *older.first_failure : "").Close();
  }
  html.Close().Close();
}

void WriteWarnings(HtmlWriter& html, const CellReport& cell) {
  if (cell.warnings.empty()) return;
  html.Element("h3", "Warnings").Open("ul", {{"class", "plain"}});
  for (const WarningReport& warning : cell.warnings) {
    html.Open("li").Element("span", {{"class", "muted"}}, Where(warning.guest, warning.stage) + ": ");
    html.Element("span", {{"class", "reason"}}, warning.message).Close();
  }
  html.Close();
}

void WriteKernelLog(HtmlWriter& html, const CellReport& cell) {
  if (cell.kernel_log.empty()) return;
  std::string text;
  for (const KernelLogLine& line : cell.kernel_log) {
    text += fmt::format("{:<10} {}\n", line.stage, KernelLogText(line));
  }
  std::string title = "Kernel log: " + Count(cell.kernel_log.size(), "line");
  if (cell.kernel_log_left_out > 0) title += fmt::format(", {} more left out in the middle", cell.kernel_log_left_out);
  html.Open("details")
      .Element("summary", title)
      .Open("div", {{"class", "inside"}})
      .Element("pre", text)
      .Close()
      .Close();
}

}  // namespace

std::string CellAnchor(std::size_t index) {
  return fmt::format("c{}", index + 1);
}

void WriteCell(HtmlWriter& html, const CellReport& cell, const std::string& anchor, bool is_only_one) {
  html.Open("section", {{"id", anchor}});
  if (!is_only_one) WriteTitle(html, cell, anchor);
  WriteCause(html, cell, anchor);
  // What may be behind a failure stands beside it.
  if (IsBad(cell.verdict)) WriteKnownIssues(html, cell);
  WriteFacts(html, cell);
  html.Element("h3", "Stages");
  WriteStageTable(html, cell, anchor);
  if (!IsBad(cell.verdict)) WriteKnownIssues(html, cell);
  WriteExpectations(html, cell);
  WriteHistory(html, cell);
  if (!cell.guests.empty()) {
    html.Element("h3", "Guests");
    WriteGuests(html, cell);
  }
  WriteTests(html, cell, anchor);
  WriteMetrics(html, cell);
  WriteWarnings(html, cell);
  WriteKernelLog(html, cell);
  html.Close();
}

}  // namespace vfqual::reports
