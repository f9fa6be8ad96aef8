#include "reports/render/grid_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/merge/merge.h"
#include "reports/merge/natural_order.h"

namespace vfqual::reports {

namespace {

struct NaturalOrder {
  bool operator()(const std::string& a, const std::string& b) const { return NaturallyLess(a, b); }
};

using Platforms = std::map<std::string, std::vector<std::size_t>>;
using Kernels = std::map<std::string, Platforms, NaturalOrder>;

std::vector<GridRow> Rows(const Kernels& kernels, const std::vector<std::string>& platforms) {
  std::vector<GridRow> rows;
  for (const auto& [kernel, by_platform] : kernels) {
    std::size_t depth = 0;
    for (const auto& [platform, cells] : by_platform) depth = std::max(depth, cells.size());
    for (std::size_t i = 0; i < depth; ++i) {
      GridRow row = {.kernel = i == 0 ? kernel : fmt::format("{} ({})", kernel, i + 1), .cells = {}};
      for (const std::string& platform : platforms) {
        const auto found = by_platform.find(platform);
        const bool has_cell = found != by_platform.end() && i < found->second.size();
        row.cells.push_back(has_cell ? found->second[i] : kNoCell);
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace

GridLayout LayOutGrid(const Report& report, bool releases_may_stand_across) {
  GridLayout grid;
  std::map<std::string, Kernels, NaturalOrder> releases;
  Kernels by_kernel;
  for (std::size_t i = 0; i < report.cells.size(); ++i) {
    const CellReport& cell = report.cells[i];
    const std::string driver = cell.module.driver.empty() ? "" : " (" + cell.module.driver + ")";
    const std::string known = cell.module.name + " " + cell.module.version + driver;
    const std::string release = known == " " ? "module unknown" : known;
    releases[release][cell.kernel.release][cell.platform.id].push_back(i);
    by_kernel[cell.kernel.release][release].push_back(i);
    grid.platforms.push_back(cell.platform.id);
  }
  std::sort(grid.platforms.begin(), grid.platforms.end());
  grid.platforms.erase(std::unique(grid.platforms.begin(), grid.platforms.end()), grid.platforms.end());
  if (releases_may_stand_across && grid.platforms == std::vector<std::string>{kNoPlatform} && releases.size() > 1) {
    grid.across = "releases";
    grid.platforms.clear();
    for (const auto& [release, kernels] : releases) grid.platforms.push_back(release);
    grid.releases.push_back({.name = "without a GPU", .rows = Rows(by_kernel, grid.platforms)});
    return grid;
  }
  for (auto release = releases.rbegin(); release != releases.rend(); ++release) {
    grid.releases.push_back({.name = release->first, .rows = Rows(release->second, grid.platforms)});
  }
  return grid;
}

std::string ChangeNote(const CellReport& cell) {
  std::optional<Verdict> before = cell.baseline;
  if (!before && !cell.history.empty()) before = cell.history.front().verdict;
  if (!before || *before == cell.verdict) return {};
  std::string_view sign;
  if (IsBad(cell.verdict) && !IsBad(*before)) sign = "▼ worse, ";
  if (!IsBad(cell.verdict) && IsBad(*before)) sign = "▲ better, ";
  return fmt::format("{}was {}", sign, Word(*before));
}

std::string HardwareNote(const CellReport& cell) {
  if (cell.platform.hardware) return {};
  if (cell.platform.id == kNoPlatform) return "no GPU";
  return cell.platform.id.empty() ? "platform unknown" : "lab";
}

std::string FlakyNote(const CellReport& cell) {
  if (!IsFlaky(cell)) return {};
  const PassCount count = CountPasses(cell);
  return fmt::format("≈ flaky: {} of {} passed", count.passed, count.runs);
}

}  // namespace vfqual::reports
