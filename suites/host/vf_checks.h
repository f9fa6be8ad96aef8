// What must hold of the VFs before a guest gets one. Each check reads sysfs only and says what is wrong.
#pragma once

#include <vector>

#include "suites/pci/pci_function.h"
#include "suites/support/result.h"

namespace vfqual::suites {

// The VFs that the PF's virtfnN links lead to, in order. An error where the links do not run from 0 to
// sriov_numvfs - 1, lead nowhere, lead twice to one function, or lead to one whose physfn is not this PF.
Result<std::vector<PciFunction>> FindVfs(const PciFunction& pf);

Status CheckVfCount(const PciFunction& pf, unsigned vfs);
// Each has the PF's vendor and the device id that the PF's SR-IOV capability announces.
Status CheckVfIds(const PciFunction& pf, const std::vector<PciFunction>& vfs);
// Each is alone in its IOMMU group: VFIO hands out whole groups.
Status CheckVfGroups(const std::vector<PciFunction>& vfs);

}  // namespace vfqual::suites
