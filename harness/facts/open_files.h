// Which processes hold a file open.
#pragma once

#include <string>
#include <vector>

#include "harness/base/host.h"

namespace vfqual {

// "Xorg (812)", …, each process once; sees every process only as root.
Result<std::vector<std::string>> ProcessesHolding(Host& host, const std::vector<std::string>& paths);

}  // namespace vfqual
