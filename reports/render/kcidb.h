// kcidb.json: the report as KernelCI's database takes it (kcidb v5.3; kcidb-io's schema).
#pragma once

#include <string>
#include <string_view>

#include "reports/model/report.h"

namespace vfqual::reports {

// checkout: the module's revision; build: module × kernel; test: a stage, test or metric, with the platform as its
// environment. No field is null, and none is beyond the schema's.
std::string KcidbJson(const Report& report);

// A test path by kcidb's rule, ^([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*)?$: other characters become '_', empty parts go.
std::string KcidbPath(std::string_view path);

}  // namespace vfqual::reports
