// The report in a terminal: the grid of cells, then what failed and why.
#pragma once

#include <string>

#include "reports/model/report.h"

namespace vfqual::reports {

// `colour`: with ANSI colours for the verdicts.
std::string TerminalText(const Report& report, bool colour);

}  // namespace vfqual::reports
