// What must hold of the PF before a guest gets a VF. Each check reads sysfs only and says what is wrong.
#pragma once

#include <filesystem>
#include <string_view>

#include "suites/pci/pci_function.h"
#include "suites/support/result.h"

namespace vfqual::suites {

Status CheckPfIsPresent(const PciFunction& pf);
Status CheckPfDriver(const PciFunction& pf, std::string_view driver);
// The PF stays the host's GPU: exactly one render node, with its device file in `dev`/dri.
Status CheckPfRenderNode(const PciFunction& pf, const std::filesystem::path& dev);
// The device offers at least `vfs` VFs.
Status CheckPfOffersVfs(const PciFunction& pf, unsigned vfs);
// The kernel drives an IOMMU and the PF is behind it.
Status CheckIommuIsOn(const PciFunction& pf);

}  // namespace vfqual::suites
