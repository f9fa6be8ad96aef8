// The report is a pure function of the journal.
#pragma once

#include <string_view>

#include "reports/issues/known_issues.h"
#include "reports/model/report.h"

namespace vfqual::reports {

// Folds a whole journal, or what is left of one. Unknown events and fields are passed over; a damaged line makes the
// run, and the cell it falls in, MISS at least, and is told with its number; a run without run_ended or without a cell
// is MISS at least. A stage in which a test is FAIL, ERROR or MISS is that itself, whatever it says.
// Kernel log lines, reasons and warnings are held against the known issues, where given: an old journal folded again
// may name an issue that was published since. No expectation is applied yet.
Report Fold(std::string_view journal, const KnownIssues* known_issues = nullptr);

}  // namespace vfqual::reports
