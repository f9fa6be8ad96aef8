#include "reports/render/html/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "reports/merge/merge.h"
#include "reports/merge/natural_order.h"
#include "reports/render/html/cell_section.h"
#include "reports/render/html/parts.h"

namespace vfqual::reports {

namespace {

struct NaturalOrder {
  bool operator()(const std::string& a, const std::string& b) const { return NaturallyLess(a, b); }
};

// Indices of cells; several guest sets, or hosts, may share a kernel and a platform.
using Row = std::map<std::string, std::vector<std::size_t>>;
using Table = std::map<std::string, Row, NaturalOrder>;

std::optional<Verdict> Before(const CellReport& cell) {
  if (cell.baseline) return cell.baseline;
  if (!cell.history.empty()) return cell.history.front().verdict;
  return std::nullopt;
}

void WriteChange(HtmlWriter& html, const CellReport& cell) {
  const auto before = Before(cell);
  if (!before || *before == cell.verdict) return;
  const std::string_view sign = IsBad(cell.verdict) && !IsBad(*before)   ? "▼ worse, was "
                                : !IsBad(cell.verdict) && IsBad(*before) ? "▲ better, was "
                                                                         : "was ";
  html.Element("div", {{"class", "note"}}, fmt::format("{}{}", sign, Word(*before)));
}

void WriteField(HtmlWriter& html, const CellReport& cell, std::size_t index) {
  html.Open("td", {{"data-c", fmt::format("{}", index)}, {"class", std::string(Word(cell.verdict))}});
  html.Open("a", {{"href", "#" + CellAnchor(index)}});
  WriteVerdict(html, cell.verdict);
  html.Close();
  if (cell.first_failure) html.Element("div", {{"class", "note"}}, "at " + *cell.first_failure);
  if (IsBad(cell.verdict) && !IsBad(cell.unexpected)) html.Element("div", {{"class", "note"}}, "expected");
  WriteChange(html, cell);
  if (IsFlaky(cell)) {
    const PassCount count = CountPasses(cell);
    html.Element("div", {{"class", "note"}}, fmt::format("≈ flaky: {} of {} passed", count.passed, count.runs));
  }
  if (!cell.platform.hardware) html.Element("div", {{"class", "note labnote"}}, "lab");
  html.Close();
}

void WriteTable(HtmlWriter& html, const Report& report, const Table& table, const std::vector<std::string>& platforms) {
  html.Open("div", {{"class", "scroll"}}).Open("table", {{"class", "grid"}}).Open("thead").Open("tr");
  html.Element("th", {{"scope", "col"}}, "Kernel");
  for (const std::string& platform : platforms) html.Element("th", {{"scope", "col"}}, platform);
  html.Close().Close().Open("tbody");
  for (const auto& [kernel, row] : table) {
    html.Open("tr").Element("th", {{"scope", "row"}}, kernel);
    for (const std::string& platform : platforms) {
      const auto found = row.find(platform);
      if (found == row.end()) {
        html.Element("td", {{"class", "nodata"}}, "no data");
        continue;
      }
      // A further cell of the same kernel and platform gets a row of its own below.
      WriteField(html, report.cells[found->second.front()], found->second.front());
    }
    html.Close();
    std::size_t more = 0;
    for (const auto& [platform, cells] : row) more = std::max(more, cells.size());
    for (std::size_t i = 1; i < more; ++i) {
      html.Open("tr").Element("th", {{"scope", "row"}}, fmt::format("{} ({})", kernel, i + 1));
      for (const std::string& platform : platforms) {
        const auto found = row.find(platform);
        if (found == row.end() || found->second.size() <= i) {
          html.Element("td", {{"class", "nodata"}}, "no data");
        } else {
          WriteField(html, report.cells[found->second[i]], found->second[i]);
        }
      }
      html.Close();
    }
  }
  html.Close().Close().Close();
}

}  // namespace

void WriteGrid(HtmlWriter& html, const Report& report) {
  if (report.cells.size() < 2) return;
  std::map<std::string, Table, NaturalOrder> releases;
  std::vector<std::string> platforms;
  for (std::size_t i = 0; i < report.cells.size(); ++i) {
    const CellReport& cell = report.cells[i];
    const std::string driver = cell.module.driver.empty() ? "" : " (" + cell.module.driver + ")";
    const std::string release = cell.module.name + " " + cell.module.version + driver;
    releases[release][cell.kernel.release][cell.platform.id].push_back(i);
    platforms.push_back(cell.platform.id);
  }
  std::sort(platforms.begin(), platforms.end());
  platforms.erase(std::unique(platforms.begin(), platforms.end()), platforms.end());
  html.Open("div", {{"id", "grid"}}).Element("h2", "Kernels × platforms");
  // The newest release first.
  for (auto release = releases.rbegin(); release != releases.rend(); ++release) {
    html.Element("h3", release->first);
    WriteTable(html, report, release->second, platforms);
  }
  html.Close();
}

}  // namespace vfqual::reports
