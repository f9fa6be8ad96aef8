#include "reports/render/html/grid.h"

#include <fmt/format.h>

#include <string>

#include "reports/render/grid_layout.h"
#include "reports/render/html/cell_section.h"
#include "reports/render/html/parts.h"

namespace vfqual::reports {

namespace {

void WriteNote(HtmlWriter& html, const std::string& note) {
  if (!note.empty()) html.Element("div", {{"class", "note"}}, note);
}

void WriteField(HtmlWriter& html, const CellReport& cell, std::size_t index) {
  html.Open("td", {{"data-c", fmt::format("{}", index)}, {"class", std::string(Word(cell.verdict))}});
  html.Open("a", {{"href", "#" + CellAnchor(index)}});
  WriteVerdict(html, cell.verdict);
  html.Close();
  WriteNote(html, cell.first_failure ? "at " + *cell.first_failure : "");
  WriteNote(html, IsBad(cell.verdict) && !IsBad(cell.unexpected) ? "expected" : "");
  WriteNote(html, ChangeNote(cell));
  WriteNote(html, FlakyNote(cell));
  const std::string hardware = HardwareNote(cell);
  if (!hardware.empty()) html.Element("div", {{"class", "note labnote"}}, hardware);
  html.Close();
}

void WriteRelease(HtmlWriter& html, const Report& report, const GridLayout& grid, const GridRelease& release) {
  html.Open("div", {{"class", "release"}}).Element("h3", release.name);
  html.Open("div", {{"class", "scroll"}}).Open("table", {{"class", "grid"}}).Open("thead").Open("tr");
  html.Element("th", {{"scope", "col"}}, "Kernel");
  for (const std::string& platform : grid.platforms) html.Element("th", {{"scope", "col"}}, platform);
  html.Close().Close().Open("tbody");
  for (const GridRow& row : release.rows) {
    html.Open("tr").Element("th", {{"scope", "row"}}, row.kernel);
    for (const std::size_t cell : row.cells) {
      if (cell == kNoCell) {
        html.Element("td", {{"class", "nodata"}}, "no data");
      } else {
        WriteField(html, report.cells[cell], cell);
      }
    }
    html.Close();
  }
  html.Close().Close().Close().Close();
}

}  // namespace

void WriteGrid(HtmlWriter& html, const Report& report) {
  if (report.cells.size() < 2) return;
  const GridLayout grid = LayOutGrid(report);
  html.Open("div", {{"id", "grid"}}).Element("h2", "Kernels × " + grid.across);
  for (const GridRelease& release : grid.releases) WriteRelease(html, report, grid, release);
  html.Close();
}

}  // namespace vfqual::reports
