// The parameters that SR-IOV needs, put into a kernel command line beside what is there.
//
// The sets are those of strongtz/i915-sriov-dkms, README.md, "Required Kernel Parameters":
//   i915  intel_iommu=on i915.enable_guc=3 i915.max_vfs=7 module_blacklist=xe
//   xe    intel_iommu=on xe.max_vfs=7 xe.force_probe=<device id> module_blacklist=i915
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "module/host_config/config_request.h"

namespace vfqual::host_config {

// In the order of the documentation: {"intel_iommu","on"}, {"i915.enable_guc","3"}, …; with kModprobe only the first.
std::vector<std::pair<std::string, std::string>> WantedKernelParameters(const ConfigRequest& request, Method method);
// The driver's own: {"enable_guc","3"}, {"max_vfs","7"}.
std::vector<std::pair<std::string, std::string>> WantedModuleParameters(const ConfigRequest& request);
std::string OtherDriver(const std::string& driver);  // "xe" for "i915"

// Values that contradict are changed where they stand, lists are merged, what is missing comes last (before "--", what
// follows is init's). A line that has all of it is given back as it is.
// Errors are kInput: a quote without end; vfio-pci.ids that would take the PF from the host.
Result<std::string> MergeKernelParameters(std::string_view line, const ConfigRequest& request, Method method,
                                          const std::string& source);

// The value of the parameter (the last one counts); null where it is not there. "" for one without '='.
std::optional<std::string> ParameterValue(std::string_view line, const std::string& name);
// Whether the value serves: "on,sm_on" does for intel_iommu=on, "nouveau,xe" for module_blacklist=xe.
bool ParameterServes(const std::string& name, const std::string& wanted, const std::string& value);

// Whether "8086:a7a0,…" names the PF's own device (its VFs share the id).
bool NamesDevice(const std::string& ids, const std::string& device_id);

}  // namespace vfqual::host_config
