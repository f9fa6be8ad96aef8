#include "reports/render/html/stage_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "reports/render/format.h"
#include "reports/render/html/cell_times.h"
#include "reports/render/html/parts.h"

namespace vfqual::reports {

namespace {

// The part of the cell's time that one run of a stage took.
struct Span {
  double start_s = 0;
  double seconds = 0;
  Verdict verdict = Verdict::kSkip;
  std::string who;
};

std::optional<Span> SpanOf(const StageReport& stage, const CellTimes& times, std::string who) {
  const auto start_s = times.StartOf(stage);
  if (!start_s) return std::nullopt;
  return Span{.start_s = *start_s, .seconds = stage.seconds, .verdict = stage.verdict, .who = std::move(who)};
}

std::vector<Span> SpansOf(const CellReport& cell, const StageReport& stage, const CellTimes& times) {
  std::vector<Span> spans;
  for (const GuestReport& guest : cell.guests) {
    for (const StageReport& own : guest.stages) {
      if (own.name != stage.name) continue;
      if (auto span = SpanOf(own, times, guest.facts.name)) spans.push_back(std::move(*span));
    }
  }
  if (!spans.empty()) return spans;
  if (auto span = SpanOf(stage, times, {})) spans.push_back(std::move(*span));
  return spans;
}

void WriteBars(HtmlWriter& html, const std::vector<Span>& spans, double total_s) {
  for (const Span& span : spans) {
    const double left = std::clamp(span.start_s / total_s * 100, 0.0, 99.5);
    const double width = std::clamp(span.seconds / total_s * 100, 0.0, 100 - left);
    const std::string who = span.who.empty() ? "" : span.who + ": ";
    html.Open("div", {{"class", "track"},
                      {"title", fmt::format("{}{} {}", who, FormatSeconds(span.seconds), Word(span.verdict))}});
    html.Open("div", {{"class", fmt::format("bar {}", Word(span.verdict))},
                      {"style", fmt::format("left:{:.2f}%;width:{:.2f}%", left, width)}});
    html.Close().Close();
  }
}

void WriteReason(HtmlWriter& html, const StageReport& stage) {
  if (!stage.reason.empty()) html.Element("div", {{"class", "reason"}}, stage.reason);
  WriteLog(html, stage.log);
}

void WriteGuestFact(HtmlWriter& html, const CellReport& cell, std::string_view what, std::string GuestFacts::*fact) {
  html.Open("tr").Element("th", {{"scope", "row"}}, what);
  for (const GuestReport& guest : cell.guests) html.Element("td", guest.facts.*fact);
  html.Close();
}

}  // namespace

void WriteStageTable(HtmlWriter& html, const CellReport& cell, const std::string& anchor) {
  const CellTimes times(cell);
  html.Open("table", {{"class", "stages stack"}});
  html.Open("thead").Open("tr");
  for (const char* title : {"Stage", "Verdict", "Time", "When", "Why"}) WriteColumnHead(html, title);
  html.Close().Close().Open("tbody");
  for (const StageReport& stage : cell.stages) {
    const std::string id = anchor + "-stage-" + Slug(stage.name);
    html.Open("tr", {{"id", id}});
    WriteNameCell(html, id, stage.name);
    html.Open("td");
    WriteVerdict(html, stage.verdict);
    html.Close();
    html.Element("td", {{"class", "number"}}, stage.started.empty() ? "" : FormatSeconds(stage.seconds));
    html.Open("td", {{"class", "time wide"}});
    WriteBars(html, SpansOf(cell, stage, times), times.total_s());
    html.Close().Open("td", {{"class", "wide"}});
    WriteReason(html, stage);
    html.Close().Close();
  }
  html.Close().Close();
}

void WriteGuests(HtmlWriter& html, const CellReport& cell) {
  html.Open("div", {{"class", "scroll"}}).Open("table", {{"class", "matrix guests"}, {"style", MatrixWidth(cell)}});
  html.Open("thead").Open("tr").Element("th", {{"scope", "col"}}, "Guest");
  for (const GuestReport& guest : cell.guests) {
    html.Open("th", {{"scope", "col"}}).Text(guest.facts.name).Text(" ");
    WriteVerdict(html, guest.verdict);
    html.Close();
  }
  html.Close().Close().Open("tbody");
  WriteGuestFact(html, cell, "VF", &GuestFacts::vf);
  WriteGuestFact(html, cell, "Image", &GuestFacts::image);
  WriteGuestFact(html, cell, "Kernel", &GuestFacts::kernel);
  // All guests of a cell have the same stages in the same order.
  for (std::size_t row = 0; row < cell.guests.front().stages.size(); ++row) {
    html.Open("tr").Element("th", {{"scope", "row"}}, cell.guests.front().stages[row].name);
    for (const GuestReport& guest : cell.guests) {
      html.Open("td");
      if (row < guest.stages.size()) {
        const StageReport& stage = guest.stages[row];
        WriteVerdict(html, stage.verdict);
        if (!stage.started.empty()) html.Element("span", {{"class", "muted"}}, FormatSeconds(stage.seconds));
        WriteReason(html, stage);
      }
      html.Close();
    }
    html.Close();
  }
  html.Close().Close().Close();
}

}  // namespace vfqual::reports
