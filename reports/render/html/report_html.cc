#include "reports/render/html/report_html.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/render/format.h"
#include "reports/render/html/cell_section.h"
#include "reports/render/html/grid.h"
#include "reports/render/html/html_writer.h"
#include "reports/render/html/page_css.h"
#include "reports/render/html/page_data.h"
#include "reports/render/html/parts.h"

namespace vfqual {
// reports/render/html/page.js and its SHA-256 in base64 (cmake/EmbedFile.cmake).
extern const std::string_view kPageScript;
extern const std::string_view kPageScriptSha256;
}  // namespace vfqual

namespace vfqual::reports {

namespace {

std::string Title(const Report& report) {
  if (report.cells.size() == 1) return CellTitle(report.cells.front());
  return report.run.id.empty() ? "vfqual report" : report.run.id;
}

void WriteHead(HtmlWriter& html, const Report& report) {
  html.Open("head").Void("meta", {{"charset", "utf-8"}});
  html.Void("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  // Nothing is loaded and no script but the page's own runs, whatever a guest may have smuggled in.
  html.Void(
      "meta",
      {{"http-equiv", "Content-Security-Policy"},
       {"content", fmt::format("default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{}'",
                               kPageScriptSha256)}});
  html.Void("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  html.Void("link", {{"rel", "icon"}, {"href", "data:,"}});
  html.Element("title", fmt::format("{} – {}", Word(report.verdict), Title(report)));
  html.Open("style").Verbatim(kPageCss).Close().Close();
}

void WriteTop(HtmlWriter& html, const Report& report) {
  const std::string label = LabLabel(report);
  if (!label.empty()) html.Element("p", {{"class", "lab"}}, label);
  html.Open("div", {{"class", "head"}});
  WriteVerdict(html, report.verdict, true);
  html.Open("div").Element("h1", Title(report));
  std::string line = Count(report.cells.size(), "cell") + " in " + FormatSeconds(report.run.seconds);
  for (const std::string& part : {FormatStart(report.run.started), report.run.tool}) {
    if (!part.empty()) line += " · " + part;
  }
  html.Element("p", {{"class", "muted"}}, line).Close().Close();
  if (IsBad(report.verdict) && !IsBad(report.unexpected))
    html.Element("p", {{"class", "cause PASS"}},
                 "All that failed was expected to fail; it does not decide the exit code.");
  if (report.reason.empty()) return;
  html.Element("p", {{"class", fmt::format("cause reason {}", Word(report.verdict))}}, report.reason);
}

void WriteChanges(HtmlWriter& html, const Report& report) {
  if (report.changes.empty()) return;
  const auto left = static_cast<std::size_t>(std::count_if(report.changes.begin(), report.changes.end(),
                                                           [](const ChangeReport& change) { return !change.undone; }));
  html.Element("h2", "Changes to the host");
  html.Element("p", left == 0 ? "All of them were undone." : Count(left, "change") + " left on the host.");
  if (left > 0) {
    html.Open("details", {{"open", ""}});
  } else {
    html.Open("details");
  }
  html.Element("summary", Count(report.changes.size(), "change")).Open("div", {{"class", "inside"}});
  html.Open("table", {{"class", "stack"}}).Open("thead").Open("tr");
  for (const char* title : {"Target", "Change", "Before → after", "Undone"})
    html.Element("th", {{"scope", "col"}}, title);
  html.Close().Close().Open("tbody");
  for (const ChangeReport& change : report.changes) {
    html.Open("tr").Element("th", {{"scope", "row"}}, change.target).Element("td", change.what);
    html.Element("td", {{"class", "wide"}}, FormatChange(change));
    html.Element("td", {{"class", "wide"}}, change.undone ? "✓ " + *change.undone : "✗ left changed").Close();
  }
  html.Close().Close().Close().Close();
}

void WriteJournalProblems(HtmlWriter& html, const Report& report) {
  if (report.journal_problems.empty()) return;
  html.Element("h2", "Damage to the journal").Open("ul", {{"class", "plain"}});
  for (const JournalProblem& problem : report.journal_problems) {
    html.Element("li", fmt::format("Line {} {}", problem.line, problem.message));
  }
  if (report.journal_problems_left_out > 0) {
    html.Element("li", fmt::format("and {} more", report.journal_problems_left_out));
  }
  html.Close();
}

}  // namespace

std::string ReportHtml(const Report& report) {
  HtmlWriter html;
  html.Verbatim("<!DOCTYPE html>\n").Open("html", {{"lang", "en"}});
  WriteHead(html, report);
  html.Open("body").Open("header");
  WriteTop(html, report);
  html.Close().Open("main");
  WriteGrid(html, report);
  const bool is_only_one = report.cells.size() == 1;
  if (report.cells.size() > kMaxWrittenCells) {
    html.Open("noscript").Element("p", "Scripts are off: report.json has the cells of this large report.").Close();
  } else {
    for (std::size_t i = 0; i < report.cells.size(); ++i) WriteCell(html, report.cells[i], CellAnchor(i), is_only_one);
  }
  WriteChanges(html, report);
  WriteJournalProblems(html, report);
  html.Close();
  const bool is_merged = !report.cells.empty() && !report.cells.front().run.empty();
  const std::string_view origin = is_merged ? "{}, by {}." : "Run {}, folded from its journal by {}.";
  html.Element("footer", fmt::format(fmt::runtime(origin), report.run.id, report.run.tool));
  html.Open("script", {{"type", "application/json"}, {"id", "data"}}).Verbatim(PageData(report)).Close();
  html.Open("script").Verbatim(kPageScript).Close();
  html.Close().Close();
  return html.text();
}

}  // namespace vfqual::reports
