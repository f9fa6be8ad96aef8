// From what was gathered of a cell to its report: no stage is absent, and the verdict is the worst of them.
#pragma once

#include <cstdint>

#include "reports/fold/cell_builder.h"
#include "reports/model/report.h"

namespace vfqual::reports {

enum class RunEnd : std::uint8_t {
  kComplete,  // all that was planned was done
  kGivenUp,   // the harness ended the run early
  kCut,       // no run_ended: the harness or its host died, or the run still goes on
};

// A stage without a trace is SKIP: "after NAME failed", or "not run" in a complete run. It is MISS where nothing says
// why: the run ended before it, or no stage at all was run. The builder is used up.
CellReport FinishCell(CellBuilder& cell, RunEnd run_end);

}  // namespace vfqual::reports
