// Kernel parameters by GRUB: /etc/default/grub, and /etc/default/grub.d/*.cfg where one of them overrides it
// (grub-mkconfig(8) sources the first, then, on Debian and its kin, the folder's files in order).
#pragma once

#include "module/host_config/config_files.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

inline constexpr const char* kGrubDefaults = "/etc/default/grub";

// Errors are kInput and leave `files` as they were.
Status ConfigureGrub(ConfigFiles& files, const ConfigRequest& request, Method method);

// What the kernel of a normal boot entry is given by these files: GRUB_CMDLINE_LINUX, then GRUB_CMDLINE_LINUX_DEFAULT.
Result<std::string> GrubCommandLine(ConfigFiles& files);

}  // namespace vfqual::host_config
