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

// The node belongs to the group "render" of `group_file` (/etc/group), which may read and write it, as udev's rules
// have it (systemd, rules.d/50-udev-default.rules): else no user's program can use the GPU.
Status CheckRenderGroup(const std::filesystem::path& node, const std::filesystem::path& group_file);

// Of i915 and xe only `driver` is loaded: both know the device, and which one gets it would be a matter of chance.
Status CheckOtherDriverAbsent(const std::filesystem::path& sysfs, std::string_view driver);

// The loaded module's version; empty for one that states none, as the kernel's own i915.
Result<std::string> ModuleVersion(const std::filesystem::path& sysfs, std::string_view module);

}  // namespace vfqual::suites
