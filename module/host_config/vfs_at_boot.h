// VFs made at boot, by a line of sysfsutils (/etc/sysfs.conf, /etc/sysfs.d/*.conf; docs/install-pve-host.md of
// strongtz/i915-sriov-dkms) or of systemd-tmpfiles (tmpfiles.d(5); docs/install-arch-host.md there).
#pragma once

#include "module/host_config/config_files.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

inline constexpr const char* kSysfsConf = "/etc/sysfs.conf";
inline constexpr const char* kOwnTmpfilesFile = "/etc/tmpfiles.d/vfqual-sriov.conf";

struct VfsLine {
  std::string file;
  int line = 0;  // from 1
  std::string value;
};

// What makes VFs of this PF at boot now. Errors are kInput: two lines in the same system.
Result<std::optional<VfsLine>> FindSysfsLine(ConfigFiles& files, const ConfigRequest& request);
Result<std::optional<VfsLine>> FindTmpfilesLine(ConfigFiles& files, const ConfigRequest& request);

// As asked for; else what has a line already; else sysfsutils where it is installed, systemd-tmpfiles where not.
// Errors are kInput: sysfsutils is asked for but not there; the other system has a line as well.
Result<VfsAtBoot> ChooseVfsAtBoot(ConfigFiles& files, const ConfigRequest& request);
Status ConfigureVfsAtBoot(ConfigFiles& files, const ConfigRequest& request, VfsAtBoot how);

// "devices/pci0000:00/0000:00:02.0/sriov_numvfs = 7"; "w /sys/devices/… - - - - 7"
std::string SysfsLine(const ConfigRequest& request);
std::string TmpfilesLine(const ConfigRequest& request);

}  // namespace vfqual::host_config
