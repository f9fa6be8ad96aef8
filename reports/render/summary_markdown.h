// summary.md: what a job summary shows. The verdict first, then what failed and why, then the rest.
#pragma once

#include <cstddef>
#include <string>

#include "reports/model/report.h"

namespace vfqual::reports {

// A job summary above 1024 KiB is dropped whole (GitHub Actions).
inline constexpr std::size_t kMaxSummaryBytes = 990'000;

// GitHub-flavoured Markdown of at most kMaxSummaryBytes; what does not fit is left out, and it says so.
std::string SummaryMarkdown(const Report& report);

}  // namespace vfqual::reports
