// A kernel module as it is built, installed and loaded.
#pragma once

#include <map>
#include <string>

#include "harness/base/changes/change_log.h"
#include "harness/base/host.h"

namespace vfqual {

struct ModuleFile {
  std::string path;  // what modprobe would load for this kernel
  std::string srcversion;
  std::string version;
};

// By modinfo(8). Without a module of that name: ENOENT-like Error, kSubject.
Result<ModuleFile> FindModuleFile(Host& host, const std::string& name, const std::string& kernel_release);

// "drm,drm_kms_helper": the modules that this file needs loaded first.
Result<std::vector<std::string>> ModuleDependencies(Host& host, const std::string& path);

// Name in /sys/module is with '_' for '-'.
Result<bool> IsModuleLoaded(Host& host, const std::string& name);
// srcversion of the running module; empty where the module carries none.
Result<std::string> LoadedSrcversion(Host& host, const std::string& name);

// modprobe NAME key=value…; the undo removes it again, unless it was there before.
Result<Completed> LoadModule(Host& host, ChangeLog& changes, const std::string& name,
                             const std::map<std::string, std::string>& parameters);

}  // namespace vfqual
