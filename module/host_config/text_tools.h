// Differences between texts, by diff(1) and diff3(1) of diffutils, on the machine where vfqual runs.
#pragma once

#include <string>

#include "harness/base/result.h"
#include "module/host_config/config_files.h"

namespace vfqual::host_config {

// A unified diff from one state of a file to another, /dev/null for one that is not there; empty where they are equal.
Result<std::string> UnifiedDiff(const std::string& path, const FileText& from, const FileText& to);

// Carries the change from `base` to `theirs` over to `mine`. Null where they touch the same lines.
Result<std::optional<std::string>> MergeTexts(const std::string& mine, const std::string& base,
                                              const std::string& theirs);

}  // namespace vfqual::host_config
