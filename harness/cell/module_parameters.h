#pragma once

#include <map>
#include <set>
#include <string>

#include "harness/cell/prepared_run.h"

namespace vfqual {

// The documented parameters (interfaces: i915 enable_guc=3 max_vfs=N, xe max_vfs=N force_probe=ID), the plan's own
// over them.
std::map<std::string, std::string> ModuleParameters(const PreparedRun& prepared);

// The kernels the module is built for: the host's, and each other one that a guest runs.
std::set<std::string> KernelsToBuildFor(const PreparedRun& prepared);

}  // namespace vfqual
