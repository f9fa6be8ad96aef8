// Which boot loader gives the kernel its parameters on this host, and what must be run after a change.
#pragma once

#include <string>
#include <vector>

#include "module/host_config/config_files.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

using Argv = std::vector<std::string>;

struct BootLoader {
  Method method = Method::kGrub;      // never kModprobe
  std::vector<std::string> evidence;  // "/etc/default/grub and /boot/grub/grub.cfg are there"
};

// Errors are kInput: no boot loader, or several, can be told from what is there; the evidence is in the message.
Result<BootLoader> DetectBootLoader(Host& host);

// What makes a change of the kernel's parameters take effect at the next boot.
Result<std::vector<Argv>> RefreshBootLoader(ConfigFiles& files, Method method);

// What carries modprobe.d and udev rules into the initramfs of every kernel; {} where no known tool is there.
Result<std::vector<Argv>> RefreshInitramfs(Host& host);

}  // namespace vfqual::host_config
