// The reports of many runs as one.
#pragma once

#include <string>
#include <vector>

#include "reports/model/report.h"

namespace vfqual::reports {

// What makes two cells the same: kernel, platform, module with its version and driver, and the guests' VFs and images.
std::string CellKey(const CellReport& cell);

// The newest result of a cell counts, older ones are its history. What was merged before may be merged again. Reasons
// why a run is worse than its cells stay, with the run's id. Cells come in the order of kernel, platform and module.
Report Merge(std::vector<Report> reports);

// Notes each cell's verdict in `baseline`, paired by kernel, platform and guests' images: the baseline may be another
// release of the module. Of several that fit, that with the same module counts, else the newest.
void SetBaseline(const Report& baseline, Report& merged);

// How often a cell passed: k of n runs, the newest one among them.
struct PassCount {
  std::size_t passed = 0;
  std::size_t runs = 0;
};
PassCount CountPasses(const CellReport& cell);

// The cell passed in some runs and not in others.
bool IsFlaky(const CellReport& cell);

}  // namespace vfqual::reports
