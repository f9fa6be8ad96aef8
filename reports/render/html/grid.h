// The answer first: kernels × platforms, a table for each release of the module.
#pragma once

#include "reports/model/report.h"
#include "reports/render/html/html_writer.h"

namespace vfqual::reports {

// Each field: the cell's verdict, its first failing stage, what changed since the baseline (or the run before), how
// often it passed where that differs, and a label where it is no hardware. A pair without a cell is "no data", which
// looks like no verdict. Nothing for a report of one cell.
void WriteGrid(HtmlWriter& html, const Report& report);

}  // namespace vfqual::reports
