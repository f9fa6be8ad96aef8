// report.json: the contract of design.md section 4, with its fields in that order.
#pragma once

#include <string>
#include <string_view>

#include "reports/model/report.h"

namespace vfqual::reports {

inline constexpr std::string_view kReportSchema = "vfqual/report/1";

// "expected failure", "unexpected pass", "expired", "missing".
std::string_view Word(ExpectationState state);

// The bytes of report.json, two spaces deep, ending in a newline.
std::string ReportJsonText(const Report& report);

}  // namespace vfqual::reports
