// report.json read back, for what works on reports of other runs: merge, compare.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "reports/model/report.h"

namespace vfqual::reports {

// Reports of all versions of vfqual/report/1: fields that came later are empty where they are absent. All text is made
// visible and bounded again, since the file may come from anywhere. The error says what does not fit.
tl::expected<Report, std::string> ReadReport(std::string_view text);

}  // namespace vfqual::reports
