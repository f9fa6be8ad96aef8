#include "reports/render/html/grid.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/render/format.h"
#include "reports/render/html/answer.h"
#include "reports/render/html/cell_section.h"

namespace vfqual::reports {

namespace {

void WriteNote(HtmlWriter& html, const std::string& note) {
  if (!note.empty()) html.Element("small", note);
}

// Few elements: of a field there may be 10,000.
void WriteField(HtmlWriter& html, const CellReport& cell, std::size_t index, const std::string& change) {
  const std::string verdict(Word(cell.verdict));
  html.Open("td", {{"data-c", fmt::format("{}", index)}, {"class", verdict}});
  html.Open("a", {{"href", "#" + CellAnchor(index)}}).Text(fmt::format("{} {}", Sign(cell.verdict), verdict)).Close();
  const std::string hardware = HardwareNote(cell);
  if (!hardware.empty()) html.Element("b", hardware);
  const std::string expected = IsBad(cell.verdict) && !IsBad(cell.unexpected) ? ", expected" : "";
  WriteNote(html, (cell.first_failure ? "at " + *cell.first_failure : "") + expected);
  WriteNote(html, change);
  WriteNote(html, FlakyNote(cell));
  html.Close();
}

void WriteRelease(HtmlWriter& html, const Report& report, const GridLayout& grid, std::size_t at) {
  const GridRelease& release = grid.releases[at];
  const bool across = grid.across == "releases";
  html.Open("div", {{"class", "release"}, {"id", across ? "all-releases" : fmt::format("release-{}", at + 1)}});
  html.Element("h3", release.name);
  html.Open("div", {{"class", "scroll"}});
  html.Open("table", {{"class", "grid"}, {"style", fmt::format("--platforms:{}", grid.platforms.size())}});
  html.Open("thead").Open("tr").Element("th", {{"scope", "col"}}, "Kernel");
  for (std::size_t column = 0; column < grid.platforms.size(); ++column) {
    if (across) {
      // The answer's links count from the newest, which stands last here.
      const std::string id = fmt::format("release-{}", grid.platforms.size() - column);
      html.Element("th", {{"scope", "col"}, {"id", id}}, grid.platforms[column]);
    } else {
      html.Element("th", {{"scope", "col"}}, grid.platforms[column]);
    }
  }
  html.Close().Close().Open("tbody");
  for (const GridRow& row : release.rows) {
    html.Open("tr").Element("th", {{"scope", "row"}}, row.kernel);
    for (const std::size_t cell : row.cells) {
      if (cell == kNoCell) {
        html.Element("td", {{"class", "nodata"}}, "no data");
      } else {
        WriteField(html, report.cells[cell], cell, grid.notes[cell].text);
      }
    }
    html.Close();
  }
  html.Close().Close().Close().Close();
}

std::string BaselineText(const Report& report) {
  const bool has_baseline =
      std::any_of(report.cells.begin(), report.cells.end(), [](const CellReport& cell) { return cell.baseline; });
  if (has_baseline) return "▼ worse, ▲ better: than in the baseline.";
  return "▼ worse, ▲ better: than in the release before on the same kernel and platform, or else than in the run "
         "before.";
}

}  // namespace

void WriteGrid(HtmlWriter& html, const Report& report) {
  if (report.cells.size() < 2) return;
  const GridLayout grid = LayOutGrid(report);
  WriteAnswer(html, report, grid.across == "releases" ? LayOutGrid(report, false) : grid);
  html.Open("div", {{"id", "grid"}}).Element("h2", "Kernels × " + grid.across);
  html.Element("p", {{"class", "muted"}}, BaselineText(report));
  for (std::size_t i = 0; i < grid.releases.size(); ++i) WriteRelease(html, report, grid, i);
  html.Close();
}

}  // namespace vfqual::reports
