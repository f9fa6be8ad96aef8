// Writes a plan's scheduling and quotas into the driver's files, reads them back, and puts them back later with the
// other changes. Not run on hardware: built from the drivers' sources (i915-sriov-dkms: gt/iov/intel_iov_sysfs.c;
// linux: drivers/gpu/drm/xe/xe_sriov_pf_sysfs.c, Documentation/ABI/testing/sysfs-driver-intel-xe-sriov), run with the
// lab's stand-in. xe has no file sched_if_idle: there it is the priority "normal" ("scheduled irrespective of whether
// it has submitted work") in place of "low", which the firmware takes for all functions at once.
#pragma once

#include <string>
#include <vector>

#include "harness/base/changes/change_log.h"
#include "harness/facts/pf_facts.h"
#include "harness/plan/provisioning.h"
#include "reports/events/event.h"

namespace vfqual {

struct ProvisioningFile {
  enum class Kind {
    kQuota,       // may be rounded up by the driver
    kScheduling,  // xe may align it to what the firmware takes
    kPriority,    // xe's: written for all functions at once, read of each ("[low] normal high")
  };
  std::string path;
  std::string name;   // "vf1.gt0.exec_quantum_ms"
  std::string value;  // to be written
  Kind kind = Kind::kScheduling;
  std::vector<std::string> read_paths = {};  // of kPriority: the PF's, then each VF's
};

// The files that a plan's provisioning of `vfs` VFs means, on this host. kSubject: the driver does not offer one.
Result<std::vector<ProvisioningFile>> FindProvisioningFiles(Host& host, const PfFacts& pf, const std::string& driver,
                                                            const PlanProvisioning& provisioning, int vfs);

// Quotas go in before there are VFs, because automatic provisioning leaves nothing to take; scheduling once they are
// there.
Status WriteQuotas(Host& host, ChangeLog& changes, const PfFacts& pf, const std::vector<ProvisioningFile>& files);
Status WriteScheduling(Host& host, ChangeLog& changes, const std::vector<ProvisioningFile>& files);

// Each file, read back: PASS, or FAIL with what it holds instead.
std::vector<reports::TestFacts> ReadBack(Host& host, const std::vector<ProvisioningFile>& files);

// The time slice of a VF (0: the PF), as the driver holds it now: "sched.gt0.exec_quantum" in ms and
// "sched.gt0.preempt_timeout" in us. Empty where the driver does not tell.
std::vector<reports::MetricFacts> TimeSlice(Host& host, const PfFacts& pf, const std::string& driver, int vf_number);

}  // namespace vfqual
