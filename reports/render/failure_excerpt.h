// The lines of the kernel log that stand where a cell failed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/model/report.h"

namespace vfqual::reports {

// Of the first stage that failed, from the host and from the guests that failed there: those with a known issue, and
// the last ones, in their order; at most max_lines. "vf1  [   12.345678] i915 …", each on one line.
std::vector<std::string> FailureExcerpt(const CellReport& cell, std::size_t max_lines);

// "host  [   12.345678] <3> i915 …": a message of several lines must not look like several messages.
std::string KernelLogText(const KernelLogLine& line);

}  // namespace vfqual::reports
