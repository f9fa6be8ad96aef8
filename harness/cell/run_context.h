// What the stages of a run work with.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/changes/change_log.h"
#include "harness/base/host.h"
#include "harness/cell/driver_before.h"
#include "harness/cell/prepared_run.h"
#include "harness/cell/progress.h"
#include "harness/guest/libvirt_api.h"
#include "reports/events/event_writer.h"

namespace vfqual {

struct RunContext {
  Host& host;
  const PreparedRun& prepared;
  ChangeLog& changes;
  reports::EventWriter& events;
  Progress& progress;
  std::string run_id;
  std::string cell;
  std::string run_folder;       // absolute; what is reported lies here
  std::string state_folder;     // absolute; disks of this run, readable for libvirt's QEMU user
  std::string programs_folder;  // the suites and benches
  std::string opencl_cache;     // absolute; a file given to the guests, or made where it is missing; may be empty
  std::string compiler_cache;   // absolute; ccache's folder for building the module; empty: without ccache
  std::shared_ptr<LibvirtApi> libvirt;  // null where no guest is asked for
  std::string libvirt_uri;
  std::optional<DriverBefore> before;  // what the host is to be put back to, where the stages change it
  std::function<bool()> cancelled;
  std::map<std::string, double> pf_rates = {};  // medians measured on the PF, by the metric's path ("bench.X")
};

}  // namespace vfqual
