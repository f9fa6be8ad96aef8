// The stages of a cell as a table with a time line.
#pragma once

#include <string>

#include "reports/model/report.h"
#include "reports/render/html/html_writer.h"

namespace vfqual::reports {

// `anchor` begins the ids of the rows: "c1" gives "c1-stage-boot". A stage of guests has a bar for each guest.
void WriteStageTable(HtmlWriter& html, const CellReport& cell, const std::string& anchor);

// The guests side by side: their facts, then a row for each stage. At least one guest.
void WriteGuests(HtmlWriter& html, const CellReport& cell);

}  // namespace vfqual::reports
