// One cell of summary.md.
#pragma once

#include <string>
#include <string_view>

#include "reports/model/report.h"

namespace vfqual::reports {

// "✅ PASS"
std::string VerdictMarkdown(Verdict verdict);

// `heading` is "##" or deeper. Lists are cut where a guest made them long.
std::string CellMarkdown(const CellReport& cell, std::string_view heading);

}  // namespace vfqual::reports
