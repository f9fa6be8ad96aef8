// The driver and the VFs that a host had before the run, which make room for the module under test and come back.
#pragma once

#include <map>
#include <string>

#include "harness/base/changes/change_log.h"
#include "harness/base/host.h"
#include "harness/cell/prepared_run.h"

namespace vfqual {

struct DriverBefore {
  bool loaded = false;
  std::string srcversion;  // empty where none was loaded, or where it carries none
  int num_vfs = 0;
};

// Journals how the driver and its VFs come back, before the first change of a run: all that is journalled later (the
// DKMS package that would be loaded in the driver's place) is undone before. The driver comes back with the parameters
// that a run sets, as they are now, each VF with its driver_override and a driver. Where nothing changes the undo
// changes nothing.
Result<DriverBefore> JournalDriverBefore(Host& host, ChangeLog& changes, const PreparedRun& prepared);

// Removes the VFs, then the driver: its removal with VFs would take them away unseen (i915_pci_remove). Does nothing
// where the driver is not loaded. Its undo is JournalDriverBefore's.
Status MakeRoomForModule(Host& host, ChangeLog& changes, const PreparedRun& prepared);

// After everything was put back: an error names what is not as it was.
Status CheckDriverIsBack(Host& host, const PreparedRun& prepared, const DriverBefore& before);

}  // namespace vfqual
