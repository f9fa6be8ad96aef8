#include "reports/render/html/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "reports/merge/merge.h"
#include "reports/render/format.h"
#include "reports/render/html/cell_section.h"
#include "reports/render/html/parts.h"

namespace vfqual::reports {

namespace {

constexpr std::size_t kMaxListed = 12;

struct ReleaseCount {
  std::size_t cells = 0;
  std::size_t works = 0;
  std::size_t hardware = 0;
  std::size_t works_on_hardware = 0;
  std::size_t fails = 0;
  std::size_t fails_as_expected = 0;
  std::size_t skipped = 0;
  std::size_t no_data = 0;
  std::size_t worse = 0;
  std::size_t better = 0;
  std::size_t flaky = 0;
  std::map<std::string, std::size_t> fails_at;
};

ReleaseCount CountRelease(const Report& report, const GridLayout& grid, const GridRelease& release) {
  ReleaseCount count;
  for (const GridRow& row : release.rows) {
    for (const std::size_t index : row.cells) {
      if (index == kNoCell) {
        ++count.no_data;
        continue;
      }
      const CellReport& cell = report.cells[index];
      const bool is_bad = IsBad(cell.verdict);
      const bool works = !is_bad && cell.verdict != Verdict::kSkip;
      ++count.cells;
      count.works += works ? 1U : 0U;
      count.hardware += cell.platform.hardware ? 1U : 0U;
      count.works_on_hardware += works && cell.platform.hardware ? 1U : 0U;
      count.fails += is_bad && IsBad(cell.unexpected) ? 1U : 0U;
      count.fails_as_expected += is_bad && !IsBad(cell.unexpected) ? 1U : 0U;
      count.skipped += cell.verdict == Verdict::kSkip ? 1U : 0U;
      count.worse += grid.notes[index].change == CellChange::kWorse ? 1U : 0U;
      count.better += grid.notes[index].change == CellChange::kBetter ? 1U : 0U;
      count.flaky += IsFlaky(cell) ? 1U : 0U;
      if (is_bad && cell.first_failure) ++count.fails_at[*cell.first_failure];
    }
  }
  return count;
}

std::string Places(const std::map<std::string, std::size_t>& fails_at) {
  std::vector<std::pair<std::size_t, std::string>> places;
  places.reserve(fails_at.size());
  for (const auto& [stage, count] : fails_at) places.emplace_back(count, stage);
  std::stable_sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text;
  for (const auto& [count, stage] : places) text += fmt::format("{}{} {}", text.empty() ? "" : " · ", stage, count);
  return text;
}

// Shares of a release's cells as a bar; the numbers beside it say the same.
void WriteShares(HtmlWriter& html, const ReleaseCount& count) {
  const auto all = static_cast<double>(std::max<std::size_t>(count.cells + count.no_data, 1));
  html.Open("div", {{"class", "shares"}, {"aria-hidden", "true"}});
  for (const auto& [verdict, number] : {std::pair("PASS", count.works),
                                        {"ERROR", count.fails_as_expected},
                                        {"FAIL", count.fails},
                                        {"SKIP", count.skipped}}) {
    if (number == 0) continue;
    html.Open("div",
              {{"class", verdict}, {"style", fmt::format("width:{:.2f}%", static_cast<double>(number) / all * 100)}});
    html.Close();
  }
  html.Close();
}

void WriteReleases(HtmlWriter& html, const GridLayout& grid, const std::vector<ReleaseCount>& counts) {
  struct Column {
    std::string_view title;
    std::size_t ReleaseCount::*number;
  };
  constexpr std::array kColumns = {Column{"As expected", &ReleaseCount::fails_as_expected},
                                   Column{"Skipped", &ReleaseCount::skipped},
                                   Column{"▼ Worse", &ReleaseCount::worse},
                                   Column{"▲ Better", &ReleaseCount::better},
                                   Column{"≈ Flaky", &ReleaseCount::flaky},
                                   Column{"No data", &ReleaseCount::no_data}};
  std::vector<Column> columns = {{"Fails", &ReleaseCount::fails}};
  for (const Column& column : kColumns) {
    const bool has_any = std::any_of(counts.begin(), counts.end(),
                                     [&column](const ReleaseCount& count) { return count.*column.number > 0; });
    if (has_any) columns.push_back(column);
  }
  const bool is_mixed = std::any_of(counts.begin(), counts.end(), [](const ReleaseCount& count) {
    return count.hardware > 0 && count.hardware < count.cells;
  });
  html.Open("div", {{"class", "scroll"}}).Open("table", {{"class", "answer"}}).Open("thead").Open("tr");
  WriteColumnHead(html, "Release");
  WriteColumnHead(html, "Works");
  if (is_mixed) WriteColumnHead(html, "On hardware");
  for (const Column& column : columns) html.Element("th", {{"scope", "col"}, {"class", "number"}}, column.title);
  WriteColumnHead(html, "Fails first at");
  html.Close().Close().Open("tbody");
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const ReleaseCount& count = counts[i];
    html.Open("tr").Open("th", {{"scope", "row"}});
    html.Element("a", {{"href", fmt::format("#release-{}", i + 1)}}, grid.releases[i].name).Close();
    html.Open("td").Element("strong", fmt::format("{} of {}", count.works, count.cells));
    WriteShares(html, count);
    html.Close();
    if (is_mixed) html.Element("td", fmt::format("{} of {}", count.works_on_hardware, count.hardware));
    for (const Column& column : columns)
      html.Element("td", {{"class", "number"}}, fmt::format("{}", count.*column.number));
    html.Element("td", Places(count.fails_at)).Close();
  }
  html.Close().Close().Close();
}

void WriteChanged(HtmlWriter& html, const Report& report, const GridLayout& grid, CellChange change,
                  std::string_view title) {
  std::vector<std::size_t> changed;
  for (const GridRow& row : grid.releases.front().rows) {
    for (const std::size_t index : row.cells) {
      if (index != kNoCell && grid.notes[index].change == change) changed.push_back(index);
    }
  }
  if (changed.empty()) return;
  html.Open("div")
      .Element("h3", fmt::format("{}: {}", title, Count(changed.size(), "cell")))
      .Open("ul", {{"class", "changed"}});
  for (std::size_t i = 0; i < std::min(changed.size(), kMaxListed); ++i) {
    const CellReport& cell = report.cells[changed[i]];
    html.Open("li").Open("a", {{"href", "#" + CellAnchor(changed[i])}});
    html.Text(fmt::format("{} · {}", cell.kernel.release, cell.platform.id)).Close().Text(" ");
    WriteVerdict(html, cell.verdict);
    html.Element("span", {{"class", "muted"}},
                 fmt::format(" {}{}", cell.first_failure ? "at " + *cell.first_failure + ", " : "",
                             grid.notes[changed[i]].before));
    html.Close();
  }
  if (changed.size() > kMaxListed)
    html.Element("li", {{"class", "muted"}}, fmt::format("and {} more", changed.size() - kMaxListed));
  html.Close().Close();
}

}  // namespace

void WriteAnswer(HtmlWriter& html, const Report& report, const GridLayout& grid) {
  std::vector<ReleaseCount> counts;
  for (const GridRelease& release : grid.releases) counts.push_back(CountRelease(report, grid, release));
  html.Open("div", {{"id", "answer"}});
  WriteReleases(html, grid, counts);
  html.Open("div", {{"class", "changes"}});
  WriteChanged(html, report, grid, CellChange::kWorse, "▼ Worse in " + grid.releases.front().name);
  WriteChanged(html, report, grid, CellChange::kBetter, "▲ Better in " + grid.releases.front().name);
  html.Close().Close();
}

}  // namespace vfqual::reports
