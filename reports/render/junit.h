// junit.xml, for CI systems that read it: a suite for the host's stages and one for each guest, of each cell.
#pragma once

#include <string>

#include "reports/model/report.h"

namespace vfqual::reports {

// FAIL is a failure, ERROR and MISS are errors, SKIP is skipped with its reason, PASS and DONE passed; an expected
// failure is skipped. Metrics are properties of their suite. XML 1.0 whatever a guest printed.
std::string JunitXml(const Report& report);

}  // namespace vfqual::reports
