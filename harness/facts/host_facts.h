// What a host under test is: kernel, distribution, IOMMU.
#pragma once

#include <string>

#include "harness/base/host.h"

namespace vfqual {

struct HostFacts {
  std::string kernel_release;  // uname -r
  std::string distribution;    // "debian 13"
  std::string kernel_command_line;
  bool iommu = false;  // an IOMMU is in use: /sys/class/iommu is not empty
};

Result<HostFacts> ReadHostFacts(Host& host);

// ID and VERSION_ID of os-release(5): "debian 13"; "arch" where there is no version.
std::string DistributionFromOsRelease(const std::string& os_release);

}  // namespace vfqual
