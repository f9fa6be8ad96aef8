// report.html: one self-contained file that needs no network. Up to kMaxWrittenCells cells it can be read without
// scripts; its one script adds filters and plots, and shows the cells of a larger report.
#pragma once

#include <string>

#include "reports/model/report.h"

namespace vfqual::reports {

std::string ReportHtml(const Report& report);

}  // namespace vfqual::reports
