// `vfqual lab` as a user runs it, for the tests that boot the lab.
#pragma once

#include <string>
#include <vector>

#include "harness/base/process.h"

namespace vfqual {

// Runs it to its end and passes its output through.
Completed RunLab(std::vector<std::string> arguments);

}  // namespace vfqual
