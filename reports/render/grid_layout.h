// How the cells of a report lie in the grid: for each release of the module kernels × platforms.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/model/report.h"

namespace vfqual::reports {

inline constexpr std::size_t kNoCell = static_cast<std::size_t>(-1);

struct GridRow {
  std::string kernel;
  std::vector<std::size_t> cells;  // index of the cell on each platform; kNoCell: no data
};

struct GridRelease {
  std::string name;  // the module's, with version and driver
  std::vector<GridRow> rows;
};

struct GridLayout {
  // What the columns are. Where no cell has a platform the releases stand side by side, in one grid.
  std::string across = "platforms";
  std::vector<std::string> platforms;  // the columns' heads
  std::vector<GridRelease> releases;   // the newest first
};

// Kernels in the order of their numbers. A further cell of a kernel and platform, with other guests, lies in a further
// row. A terminal has no room for the releases' names side by side.
GridLayout LayOutGrid(const Report& report, bool releases_may_stand_across = true);

// "▼ worse, was PASS", "▲ better, was FAIL" or "was …" against the baseline, else against the run before; empty where
// the verdict is the same or there is neither.
std::string ChangeNote(const CellReport& cell);

// "lab" for a stand-in, "no GPU" where none was needed, "platform unknown" where nothing tells whether it was hardware;
// else empty.
std::string HardwareNote(const CellReport& cell);

// "≈ flaky: 2 of 3 passed"; empty for a cell that is not.
std::string FlakyNote(const CellReport& cell);

}  // namespace vfqual::reports
