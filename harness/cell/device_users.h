// Which processes hold a GPU's DRM nodes open.
#pragma once

#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/vf/pci_address.h"

namespace vfqual {

// "Xorg (812)", …; sees every process only as root.
Result<std::vector<std::string>> UsersOfDrmDevice(Host& host, const PciAddress& gpu);

}  // namespace vfqual
