// What a run would change, without changing it.
#pragma once

#include <ostream>

#include "harness/base/host.h"
#include "harness/cell/prepared_run.h"

namespace vfqual {

// Prints each change as a command or a file write, stage by stage, from the same code that makes them.
Status DescribeRun(Host& host, const PreparedRun& prepared, std::ostream& out);

}  // namespace vfqual
