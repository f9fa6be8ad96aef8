// modprobe.d(5): the driver's parameters as `options` lines (the documentation's other way, README.md of
// strongtz/i915-sriov-dkms, commit 0812af6), and what there keeps the driver from the GPU.
#pragma once

#include "module/host_config/config_files.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

inline constexpr const char* kOwnModprobeFile = "/etc/modprobe.d/vfqual-sriov.conf";
inline constexpr const char* kModprobeFolder = "/etc/modprobe.d";

// Changes values where they stand, and puts what is missing into a file of its own.
Status ConfigureModprobe(ConfigFiles& files, const ConfigRequest& request);

// For every method: a `blacklist` of the wanted driver is commented out. Errors are kInput: an `install` or `alias`
// line for the driver, options that give the GPU to vfio-pci.
Status UnblockDriver(ConfigFiles& files, const ConfigRequest& request);

// The value that /etc/modprobe.d gives a module's parameter, the last one; with the file that has it.
struct ModprobeValue {
  std::string value;
  std::string file;
};
Result<std::optional<ModprobeValue>> ModprobeOption(ConfigFiles& files, const std::string& module,
                                                    const std::string& parameter);
// The file with `blacklist MODULE`; empty where there is none.
Result<std::string> BlacklistedIn(ConfigFiles& files, const std::string& module);

}  // namespace vfqual::host_config
