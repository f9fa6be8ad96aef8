// One cell of report.html.
#pragma once

#include <cstddef>
#include <string>

#include "reports/model/report.h"
#include "reports/render/html/html_writer.h"

namespace vfqual::reports {

// "c1" for the first cell; the ids of all that is in it begin with it.
std::string CellAnchor(std::size_t index);

// With its title, verdict and label where it is one of several; the page's head has them for the only one.
void WriteCell(HtmlWriter& html, const CellReport& cell, const std::string& anchor, bool is_only_one);

}  // namespace vfqual::reports
