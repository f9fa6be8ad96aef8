// The top of a merged page: for each release on how many cells it works, and what changed in the newest.
#pragma once

#include "reports/model/report.h"
#include "reports/render/grid_layout.h"
#include "reports/render/html/html_writer.h"

namespace vfqual::reports {

void WriteAnswer(HtmlWriter& html, const Report& report, const GridLayout& grid);

}  // namespace vfqual::reports
