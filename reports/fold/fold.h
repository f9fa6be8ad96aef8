// The report is a pure function of the journal.
#pragma once

#include <string_view>

#include "reports/model/report.h"

namespace vfqual::reports {

// Folds a whole journal, or what is left of one. Unknown events and fields are passed over; a damaged line makes the
// run, and the cell it falls in, MISS at least, and is told with its number; a run without run_ended or without a cell
// is MISS at least. A stage in which a test is FAIL, ERROR or MISS is that itself, whatever it says.
Report Fold(std::string_view journal);

}  // namespace vfqual::reports
