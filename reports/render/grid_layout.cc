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

// What stands before the cells of a report, to hold them against.
class Predecessors {
 public:
  explicit Predecessors(const Report& report) {
    for (const CellReport& cell : report.cells) {
      has_baseline_ = has_baseline_ || cell.baseline;
      by_place_[Place(cell)].push_back(&cell);
    }
    for (auto& [place, cells] : by_place_) {
      std::stable_sort(cells.begin(), cells.end(), [](const CellReport* a, const CellReport* b) {
        return NaturallyLess(a->module.version, b->module.version);
      });
    }
  }

  CellNote Note(const CellReport& cell) const {
    if (has_baseline_) return cell.baseline ? Against(cell, *cell.baseline, {}) : CellNote();
    const auto& cells = by_place_.at(Place(cell));
    const auto same_version = std::find_if(cells.begin(), cells.end(), [&cell](const CellReport* other) {
      return other->module.version == cell.module.version;
    });
    if (same_version != cells.begin()) {
      const CellReport& before = **std::prev(same_version);
      return Against(cell, before.verdict, before.module.version);
    }
    return cell.history.empty() ? CellNote() : Against(cell, cell.history.front().verdict, {});
  }

 private:
  // What several releases of a module have in common.
  static std::string Place(const CellReport& cell) {
    std::string place = fmt::format("{}\x1f{}\x1f{}\x1f{}", cell.kernel.release, cell.platform.id, cell.module.name,
                                    cell.module.driver);
    for (const GuestReport& guest : cell.guests) place += fmt::format("\x1f{}={}", guest.facts.vf, guest.facts.image);
    return place;
  }

  static CellNote Against(const CellReport& cell, Verdict before, const std::string& release) {
    if (before == cell.verdict) return {};
    const std::string was = fmt::format("was {}{}", Word(before), release.empty() ? "" : " in " + release);
    const std::string word(Word(before));
    if (IsBad(cell.verdict) == IsBad(before))
      return {.change = CellChange::kOther, .before = was, .text = "was " + word};
    if (IsBad(before)) return {.change = CellChange::kBetter, .before = was, .text = "▲ better, was " + word};
    return {.change = CellChange::kWorse, .before = was, .text = "▼ worse, was " + word};
  }

  bool has_baseline_ = false;
  std::map<std::string, std::vector<const CellReport*>> by_place_;
};

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
  const Predecessors predecessors(report);
  for (const CellReport& cell : report.cells) grid.notes.push_back(predecessors.Note(cell));
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
