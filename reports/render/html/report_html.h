// report.html: one self-contained file that needs no network and no script.
#pragma once

#include <string>

#include "reports/model/report.h"

namespace vfqual::reports {

std::string ReportHtml(const Report& report);

}  // namespace vfqual::reports
