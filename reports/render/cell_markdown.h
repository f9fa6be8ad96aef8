// One cell of summary.md.
#pragma once

#include <string>
#include <string_view>

#include "reports/model/report.h"

namespace vfqual::reports {

// "✅ PASS"
std::string VerdictMarkdown(Verdict verdict);

// A section under a heading of the second level, with a label for a lab result where the cell is one of several: the
// only one's label stands at the top. Lists are cut where a guest made them long.
std::string CellMarkdown(const CellReport& cell, bool is_only_one);

}  // namespace vfqual::reports
