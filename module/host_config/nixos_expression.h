// The same configuration as a NixOS module, to import in configuration.nix; the host's files are made from such
// expressions, so none of them is changed. Not run here.
#pragma once

#include "module/host_config/config_request.h"

namespace vfqual::host_config {

Result<std::string> NixosExpression(const ConfigRequest& request);

}  // namespace vfqual::host_config
