// One cell of report.html.
#pragma once

#include <cstddef>
#include <string>

#include "reports/model/report.h"
#include "reports/render/html/html_writer.h"

namespace vfqual::reports {

// "c1" for the first cell; the ids of all that is in it begin with it.
std::string CellAnchor(std::size_t index);

void WriteCell(HtmlWriter& html, const CellReport& cell, const std::string& anchor);

}  // namespace vfqual::reports
