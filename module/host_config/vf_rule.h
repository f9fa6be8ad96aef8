// The udev rule that keeps VFs from the host: it binds them to vfio-pci as they appear, never the PF
// (docs/block-vfs.md of strongtz/i915-sriov-dkms).
#pragma once

#include "module/host_config/config_files.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

inline constexpr const char* kOwnRulesFile = "/etc/udev/rules.d/99-vfqual-sriov.rules";

// A udev pattern that matches these addresses and nothing else: "0000:00:02.[1-7]". Error where the PF is one of them.
Result<std::string> VfPattern(const ConfigRequest& request);
Result<std::string> RuleText(const ConfigRequest& request);

// The file whose rule keeps all VFs from the host; empty where there is none. Errors are kInput: a rule that would take
// the PF.
Result<std::string> FindVfRule(ConfigFiles& files, const ConfigRequest& request);
Status ConfigureVfRule(ConfigFiles& files, const ConfigRequest& request);

}  // namespace vfqual::host_config
