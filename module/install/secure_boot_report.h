// `vfqual module secure-boot`: what a host enforces, the keys, and the verdict for each kernel's modules.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "module/install/module_status.h"

namespace vfqual {

nlohmann::ordered_json SecureBootJson(const ModuleStatus& status);
std::vector<std::string> SecureBootLines(const ModuleStatus& status);

}  // namespace vfqual
