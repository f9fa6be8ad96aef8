// A PCI address, domain:bus:device.function.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace vfqual {

struct PciAddress {
  unsigned domain = 0;
  unsigned bus = 0;
  unsigned device = 0;
  unsigned function = 0;

  auto operator<=>(const PciAddress&) const = default;
  std::string ToString() const;  // "0000:00:02.1"
  // Its folder in sysfs: /sys/bus/pci/devices/0000:00:02.1
  std::string SysfsPath() const;
  // The 16-bit routing id that SR-IOV counts in.
  unsigned RoutingId() const { return (bus << 8U) | (device << 3U) | function; }
};

// "0000:00:02.1", or "00:02.1" in domain 0.
Result<PciAddress> ParsePciAddress(std::string_view text);

// VF number `vf` (from 1) of a PF: PF's routing id + offset + (vf - 1) * stride
// (PCI Express Base Specification, SR-IOV, "VF Discovery"; sysfs sriov_offset and sriov_stride).
PciAddress VfAddress(const PciAddress& pf, int vf, unsigned offset, unsigned stride);

}  // namespace vfqual
