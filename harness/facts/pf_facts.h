// What sysfs tells about an SR-IOV physical function (Documentation/ABI/testing/sysfs-bus-pci).
#pragma once

#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/vf/pci_address.h"

namespace vfqual {

struct PfFacts {
  PciAddress address;
  std::string vendor;  // hex without 0x: "8086"
  std::string device;
  std::string driver;  // bound driver; empty when none
  std::string iommu_group;
  int total_vfs = 0;
  int num_vfs = 0;
  unsigned vf_offset = 0;
  unsigned vf_stride = 0;
};

Result<PfFacts> ReadPfFacts(Host& host, const PciAddress& address);

// Every PCI function of Intel (8086) whose device id is in `device_ids` and that has the SR-IOV capability.
Result<std::vector<PfFacts>> FindPfs(Host& host, const std::vector<std::string>& device_ids);

}  // namespace vfqual
