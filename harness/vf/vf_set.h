// Creating, binding and removing a PF's virtual functions through sysfs.
#pragma once

#include <string>

#include "harness/base/changes/change_log.h"
#include "harness/facts/pf_facts.h"
#include "harness/vf/pf_guard.h"

namespace vfqual {

// Journals how the VFs that exist come back: their number, each VF's driver_override and a driver, the autoprobe
// switch. Nothing where there are none.
Status JournalVfsBefore(Host& host, ChangeLog& changes, const PfFacts& pf);

// Removes the VFs that exist. Has no undo of its own: JournalVfsBefore has it.
Status RemoveVfs(ChangeLog& changes, const PfFacts& pf);

// Sets sriov_numvfs, through 0 when other VFs exist (the PCI core answers EBUSY otherwise), with
// sriov_drivers_autoprobe off so that the host's driver does not take the VFs.
// An errno of the driver is told with its meaning, and is the subject's fault.
Status CreateVfs(Host& host, ChangeLog& changes, const PfFacts& pf, int count);

// Binds a VF to vfio-pci: driver_override, unbind where something holds it, drivers_probe; then checks that it took.
Status BindToVfio(Host& host, ChangeLog& changes, const GuardedVf& vf);

// Why an existing VF may not be taken: the name of what holds it; empty when it is free.
Result<std::string> HolderOfVf(Host& host, const GuardedVf& vf);

// What the errno of a write to sriov_numvfs means (interfaces.md).
std::string ExplainNumVfsErrno(int sys_errno);

}  // namespace vfqual
