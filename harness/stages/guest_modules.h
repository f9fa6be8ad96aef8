// The module that a guest gets: what DKMS built for the guest's kernel.
#pragma once

#include <string>
#include <vector>

#include "harness/base/host.h"
#include "module/dkms_module.h"

namespace vfqual {

struct GuestModules {
  std::vector<std::string> stock;  // the guest's own modules that must be loaded first, by name
  std::vector<std::string> files;  // built ones, paths on the host, in the order in which they are inserted
};

// Errors: nothing was built for that kernel, or the driver is not among it.
Result<GuestModules> FindGuestModules(Host& host, const DkmsModule& module, const std::string& driver,
                                      const std::string& kernel_release);

}  // namespace vfqual
