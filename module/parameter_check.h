// Whether a loaded module took the parameters that it was given.
#pragma once

#include <map>
#include <string>

#include "harness/base/host.h"

namespace vfqual {

// sysfs shows a bool as Y or N, and a number in its own base, however it was given (kernel/params.c).
bool SameParameterValue(const std::string& shown, const std::string& given);

// Compares /sys/module/NAME/parameters. One that sysfs does not show (its mode is 0) is right where `file`, the
// module's path, has it by modinfo; otherwise the module ignored it. An error is the subject's, and names the
// parameter.
Status CheckParameters(Host& host, const std::string& name, const std::string& file,
                       const std::map<std::string, std::string>& given);

}  // namespace vfqual
