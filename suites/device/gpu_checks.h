// What must hold of the VF inside its guest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "suites/pci/pci_function.h"
#include "suites/support/result.h"

namespace vfqual::suites {

// The guest's one Intel GPU: vendor 8086 and, where `device_ids` is empty, a display class, else one of these ids.
// The error names what was found instead of one.
Result<PciFunction> FindGuestGpu(const std::filesystem::path& sysfs, const std::vector<std::uint16_t>& device_ids);

// The function has no SR-IOV capability: a PF would have one.
Status CheckIsVf(const PciFunction& gpu);

Status CheckDriver(const PciFunction& gpu, std::string_view driver);

// The device file of the function's only render node: /dev/dri/renderD128.
Result<std::filesystem::path> RenderNodePath(const PciFunction& gpu, const std::filesystem::path& dev);

// The loaded module's version; empty for one that states none, as the kernel's own i915.
Result<std::string> ModuleVersion(const std::filesystem::path& sysfs, std::string_view module);

}  // namespace vfqual::suites
