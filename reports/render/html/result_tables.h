// Tests and metrics of a cell: the host's in a list, the guests' side by side.
#pragma once

#include <string>

#include "reports/model/report.h"
#include "reports/render/html/html_writer.h"

namespace vfqual::reports {

// Nothing is written where the cell has no such results. `anchor` begins the ids of the tests' rows.
void WriteTests(HtmlWriter& html, const CellReport& cell, const std::string& anchor);
void WriteMetrics(HtmlWriter& html, const CellReport& cell);

}  // namespace vfqual::reports
