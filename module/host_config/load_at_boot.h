// What VFs at boot need besides their line: the driver must be at the GPU before sriov_numvfs is written. By itself it
// is loaded when udev comes to it, which may be after sysfsutils and systemd-tmpfiles are done (seen in the lab: no
// VFs).
#pragma once

#include "module/host_config/config_files.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

inline constexpr const char* kModulesLoadFolder = "/etc/modules-load.d";
inline constexpr const char* kOwnModulesLoadFile = "/etc/modules-load.d/vfqual-sriov.conf";
inline constexpr const char* kOwnTmpfilesOrderFile =
    "/etc/systemd/system/systemd-tmpfiles-setup.service.d/vfqual-sriov.conf";

// modules-load.d(5): the module is loaded early, and its devices are bound, before sysinit.target.
Status LoadAtBoot(ConfigFiles& files, const std::string& module);

// The driver is loaded before what makes the VFs: sysfsutils.service comes after sysinit.target by itself,
// systemd-tmpfiles-setup.service is told to wait (a drop-in, systemd.unit(5)).
Status LoadDriverBeforeVfs(ConfigFiles& files, const ConfigRequest& request, VfsAtBoot how);

}  // namespace vfqual::host_config
