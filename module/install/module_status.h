// What a host has of a module: packages, DKMS, what runs, and what each installed kernel will load.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "module/secure_boot/verdict.h"

namespace vfqual {

struct DkmsEntry {
  std::string name;
  std::string version;
  std::string kernel;  // empty: added only
  std::string state;   // "added", "built", "installed"
  std::string note;    // what DKMS warns of: "WARNING! Diff between built and installed module!"
};

struct InstalledPackage {
  std::string manager;  // "dpkg" or "pacman"
  std::string name;
  std::string version;
};

// One module name for one installed kernel.
struct NextLoad {
  std::string path;  // what modprobe would take; empty: nothing
  std::string srcversion;
  std::string version;
  bool ours = false;        // outside the kernel's own folder kernel/
  std::string initramfs;    // the path of the module in the kernel's initramfs; empty: not in it
  std::string stale;        // why the initramfs' copy is not `path`; empty: it is, or there is none
  std::string blacklisted;  // what keeps it from loading by itself: "blacklist in modprobe.d", "module_blacklist=xe"
  secure_boot::ModuleVerdict signature;  // whether the kernel will take `path`; kUnknown where there is none
};

struct KernelStatus {
  std::string release;
  bool running = false;
  secure_boot::KernelPolicy policy;
  std::vector<NextLoad> modules;  // as ModuleStatus::modules has them
};

struct LoadedNow {
  std::string name;
  bool loaded = false;
  std::string srcversion;
  std::string version;
  bool is_next = false;  // what the running kernel would load again
};

struct ModuleStatus {
  std::vector<std::string> modules;  // names asked for
  std::vector<InstalledPackage> packages;
  std::vector<DkmsEntry> dkms;
  std::vector<LoadedNow> loaded;
  std::vector<KernelStatus> kernels;  // newest last
  secure_boot::JudgedHost secure_boot;
};

// Reads only. `modules` empty: i915 and xe. A host without dkms, dpkg or pacman has nothing of theirs.
Result<ModuleStatus> ReadModuleStatus(Host& host, const std::vector<std::string>& modules);

nlohmann::ordered_json ToJson(const ModuleStatus& status);
std::vector<std::string> StatusLines(const ModuleStatus& status);

// The lines of `dkms status` (dkms 2.x: "NAME, VERSION, KERNEL, ARCH: STATE", 3.x: "NAME/VERSION, KERNEL, ARCH:
// STATE").
std::vector<DkmsEntry> ParseDkmsStatus(const std::string& text);

// Why `module` would not be loaded by itself: from `modprobe --showconfig` and the kernel's command line
// (module_blacklist=, modprobe.blacklist=; Documentation/admin-guide/kernel-parameters.txt). Empty: nothing does.
std::string BlacklistReason(const std::string& module, const std::string& modprobe_config,
                            const std::string& command_line);

}  // namespace vfqual
