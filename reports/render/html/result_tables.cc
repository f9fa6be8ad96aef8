#include "reports/render/html/result_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "reports/render/format.h"
#include "reports/render/guest_matrix.h"
#include "reports/render/html/parts.h"

namespace vfqual::reports {

namespace {

// Tests that passed are shown up to this row; those that did not are always shown.
constexpr std::size_t kMaxTableRows = 2000;

class Anchors {
 public:
  explicit Anchors(std::string prefix) : prefix_(std::move(prefix)) {}

  // An id that no other row has: the test's name, with a number where two names read alike.
  std::string Make(std::string_view name) {
    const std::string wanted = prefix_ + Slug(name);
    std::string id = wanted;
    for (int i = 2; !used_.insert(id).second; ++i) id = fmt::format("{}-{}", wanted, i);
    return id;
  }

 private:
  std::string prefix_;
  std::set<std::string> used_;
};

void WriteHead(HtmlWriter& html, std::initializer_list<std::string_view> titles) {
  html.Open("thead").Open("tr");
  for (const std::string_view title : titles) WriteColumnHead(html, title);
  html.Close().Close();
}

void WriteHostTests(HtmlWriter& html, const CellReport& cell, Anchors& anchors) {
  html.Element("h4", "On the host");
  html.Open("table", {{"class", "stack"}});
  WriteHead(html, {"Test", "Verdict", "Time", "Why"});
  html.Open("tbody");
  std::size_t rows = 0;
  for (const TestReport& test : cell.host_tests) {
    if (++rows > kMaxTableRows && !IsBad(test.verdict)) continue;
    const std::string id = anchors.Make(test.path);
    html.Open("tr", {{"id", id}, {"data-v", std::string(Word(test.verdict))}});
    WriteNameCell(html, id, test.path);
    html.Open("td");
    WriteVerdict(html, test.verdict);
    html.Close().Element("td", {{"class", "number"}}, FormatSeconds(test.seconds));
    html.Element("td", {{"class", "wide reason"}}, test.reason).Close();
  }
  html.Close().Close();
}

void WriteGuestHead(HtmlWriter& html, const CellReport& cell, std::string_view first) {
  html.Open("thead").Open("tr").Element("th", {{"scope", "col"}}, first);
  for (const GuestReport& guest : cell.guests) html.Element("th", {{"scope", "col"}}, guest.facts.name);
  html.Close().Close();
}

void WriteGuestTests(HtmlWriter& html, const CellReport& cell, Anchors& anchors) {
  const auto rows = TestMatrix(cell);
  if (rows.empty()) return;
  html.Element("h4", "In the guests");
  html.Open("div", {{"class", "scroll"}}).Open("table", {{"class", "matrix"}, {"style", MatrixWidth(cell)}});
  WriteGuestHead(html, cell, "Test");
  html.Open("tbody");
  std::size_t shown = 0;
  for (const auto& row : rows) {
    if (shown >= kMaxTableRows && !IsBad(WorstOf(row))) continue;
    ++shown;
    const std::string id = anchors.Make(row.path);
    html.Open("tr", {{"id", id}, {"data-v", std::string(Word(WorstOf(row)))}});
    WriteNameCell(html, id, row.path);
    for (const TestReport* test : row.guests) {
      html.Open("td");
      if (test != nullptr) {
        WriteVerdict(html, test->verdict);
        html.Element("span", {{"class", "muted"}}, FormatSeconds(test->seconds));
        if (!test->reason.empty()) html.Element("div", {{"class", "reason"}}, test->reason);
      } else {
        WriteNoResult(html);
      }
      html.Close();
    }
    html.Close();
  }
  html.Close().Close().Close();
  if (shown < rows.size()) {
    html.Element("p", {{"class", "muted"}}, fmt::format("{} more tests are in report.json.", rows.size() - shown));
  }
}

void WriteCounts(HtmlWriter& html, const CellReport& cell) {
  constexpr std::array kWorstFirst = {Verdict::kFail, Verdict::kError, Verdict::kMiss,
                                      Verdict::kPass, Verdict::kDone,  Verdict::kSkip};
  std::array<std::size_t, kWorstFirst.size()> counts{};
  const auto count = [&counts](const TestReport& test) { ++counts.at(static_cast<std::size_t>(test.verdict)); };
  std::for_each(cell.host_tests.begin(), cell.host_tests.end(), count);
  for (const GuestReport& guest : cell.guests) std::for_each(guest.tests.begin(), guest.tests.end(), count);
  html.Open("p");
  for (const Verdict verdict : kWorstFirst) {
    const std::size_t number = counts.at(static_cast<std::size_t>(verdict));
    if (number == 0) continue;
    WriteVerdict(html, verdict);
    html.Text(fmt::format(" × {}  ", number));
  }
  html.Close();
}

std::string Spread(const MetricReport& metric) {
  if (metric.samples.size() < 2) return {};
  const auto [least, most] = std::minmax_element(metric.samples.begin(), metric.samples.end());
  return fmt::format("{} – {} in {} samples", FormatQuantity(*least, metric.unit), FormatQuantity(*most, metric.unit),
                     metric.samples.size());
}

void WriteMetric(HtmlWriter& html, const MetricReport& metric, double largest) {
  if (metric.value) {
    html.Element("span", {{"class", "mono"}}, FormatQuantity(*metric.value, metric.unit));
    const double share = largest > 0 ? std::clamp(*metric.value / largest * 100, 0.0, 100.0) : 0;
    html.Open("div", {{"class", "meter"}, {"aria-hidden", "true"}});
    html.Open("div", {{"style", fmt::format("width:{:.1f}%", share)}}).Close().Close();
    html.Element("div", {{"class", "muted"}}, Spread(metric));
  }
  if (!metric.reason.empty()) html.Element("div", {{"class", "reason"}}, metric.reason);
  if (!metric.value && metric.reason.empty()) WriteNoResult(html);
}

double LargestOf(const MatrixRow<MetricReport>& row) {
  double largest = 0;
  for (const MetricReport* metric : row.guests) {
    if (metric != nullptr) largest = std::max(largest, metric->value.value_or(0));
  }
  return largest;
}

void WriteGuestMetrics(HtmlWriter& html, const CellReport& cell) {
  const auto rows = MetricMatrix(cell);
  if (rows.empty()) return;
  html.Open("div", {{"class", "scroll"}}).Open("table", {{"class", "matrix"}, {"style", MatrixWidth(cell)}});
  WriteGuestHead(html, cell, "Metric");
  html.Open("tbody");
  for (const auto& row : rows) {
    html.Open("tr").Element("th", {{"scope", "row"}}, row.path);
    for (const MetricReport* metric : row.guests) {
      html.Open("td");
      if (metric != nullptr) {
        WriteMetric(html, *metric, LargestOf(row));
      } else {
        WriteNoResult(html);
      }
      html.Close();
    }
    html.Close();
  }
  html.Close().Close().Close();
}

void WriteHostMetrics(HtmlWriter& html, const CellReport& cell) {
  if (cell.host_metrics.empty()) return;
  html.Open("table");
  WriteHead(html, {"Metric on the host", "Value"});
  html.Open("tbody");
  for (const MetricReport& metric : cell.host_metrics) {
    html.Open("tr").Element("th", {{"scope", "row"}}, metric.path).Open("td");
    WriteMetric(html, metric, metric.value.value_or(0));
    html.Close().Close();
  }
  html.Close().Close();
}

}  // namespace

void WriteTests(HtmlWriter& html, const CellReport& cell, const std::string& anchor) {
  const bool guests_have_tests = std::any_of(cell.guests.begin(), cell.guests.end(),
                                             [](const GuestReport& guest) { return !guest.tests.empty(); });
  if (cell.host_tests.empty() && !guests_have_tests) return;
  Anchors anchors(anchor + "-test-");
  html.Element("h3", "Tests");
  WriteCounts(html, cell);
  html.Open("div", {{"class", "tests"}});
  if (!cell.host_tests.empty()) WriteHostTests(html, cell, anchors);
  WriteGuestTests(html, cell, anchors);
  html.Close();
}

void WriteMetrics(HtmlWriter& html, const CellReport& cell) {
  const bool guests_have_metrics = std::any_of(cell.guests.begin(), cell.guests.end(),
                                               [](const GuestReport& guest) { return !guest.metrics.empty(); });
  if (cell.host_metrics.empty() && !guests_have_metrics) return;
  html.Element("h3", "Metrics");
  WriteGuestMetrics(html, cell);
  WriteHostMetrics(html, cell);
  html.Open("div", {{"class", "plots"}}).Close();
}

}  // namespace vfqual::reports
