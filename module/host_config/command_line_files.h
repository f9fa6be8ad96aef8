// Kernel parameters for systemd-boot and proxmox-boot-tool: /etc/kernel/cmdline (kernel-install(8), and Proxmox VE's
// administration guide, "Editing the Kernel Commandline"), or boot entries written by hand
// (uapi-group.org, Boot Loader Specification, type 1).
#pragma once

#include "module/host_config/config_files.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

inline constexpr const char* kKernelCmdline = "/etc/kernel/cmdline";

// /etc/kernel/cmdline. Errors are kInput: not there, empty, more than one line, comments.
Status ConfigureKernelCmdline(ConfigFiles& files, const ConfigRequest& request, Method method);
Result<std::string> KernelCmdline(ConfigFiles& files);

// The entries that a person wrote, and not kernel-install(8); without rescue and fallback ones. {} where there are
// none.
Result<std::vector<std::string>> HandWrittenEntries(ConfigFiles& files);
// Changes the `options` line of each. Errors are kInput: several such lines in one entry.
Status ConfigureEntries(ConfigFiles& files, const std::vector<std::string>& entries, const ConfigRequest& request,
                        Method method);

}  // namespace vfqual::host_config
