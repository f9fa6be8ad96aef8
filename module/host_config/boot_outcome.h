// Why something is not in effect although this boot began after it was configured: what the boot did with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "module/host_config/boot_loader.h"
#include "module/host_config/config_files.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

struct BootOutcome {
  std::string cause;
  std::string fix;
};

// Whether this boot began after all of these files were last changed (btime of /proc/stat, proc(5)); those that are not
// there do not count. Nothing where it cannot be told.
std::optional<bool> BootedWith(Host& host, const std::vector<std::string>& files);

// What the boot loader and the initramfs read in the end: it is made of the configuration by a tool.
std::vector<std::string> MadeOfBootLine(Host& host, const std::string& configured_in);
std::vector<std::string> MadeOfModprobe(Host& host);

// A parameter that is configured in the boot loader's file and is not on /proc/cmdline.
BootOutcome WhyNotOnCommandLine(ConfigFiles& files, std::optional<Method> method, const std::string& configured_in,
                                const std::string& parameter);
// A parameter of the driver with another value than configured; `by_command_line`: it is on /proc/cmdline.
BootOutcome WhyNotInDriver(Host& host, const std::string& driver, const std::string& parameter, bool by_command_line);
// Fewer VFs than the line in `configured_in` makes at boot.
BootOutcome WhyNoVfs(ConfigFiles& files, const ConfigRequest& request, VfsAtBoot how);
// VFs that the host's driver took.
BootOutcome WhyVfsAreWithTheHost(Host& host);
// A driver that is kept from loading, and is loaded.
BootOutcome WhyLoaded(Host& host, const std::string& module);

}  // namespace vfqual::host_config
