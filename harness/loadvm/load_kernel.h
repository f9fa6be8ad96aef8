// A kernel with its modules as files: what its packages hold, unpacked into a folder.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"

namespace vfqual {

struct LoadKernel {
  std::string release;  // uname -r
  std::filesystem::path vmlinuz;
  std::filesystem::path modules;  // …/lib/modules/RELEASE, with kernel/ in it
};

// In `root`, the packages' root folder: modules in lib/modules or usr/lib/modules, the kernel in boot/ (Debian up to
// 6.x, Ubuntu) or beside its modules (Debian from 7.x on, Arch). An error says what is missing.
Result<LoadKernel> FindLoadKernel(const std::filesystem::path& root, const std::string& release);

// The modules of a tree by their name ('_' for '-'), as paths below `modules`. A name may have several files.
using ModuleIndex = std::map<std::string, std::vector<std::filesystem::path>>;
Result<ModuleIndex> IndexModules(const LoadKernel& tree);

// "i915" of "…/i915.ko.xz", with '_' for '-'; empty for what is no module.
std::string ModuleNameOf(const std::filesystem::path& file);

// The files that the modules named `wanted` may need: those of that name, and all that these depend on (modinfo(8)).
Result<std::vector<std::filesystem::path>> ModuleClosure(Host& local, const LoadKernel& tree, const ModuleIndex& index,
                                                         const std::vector<std::string>& wanted);

}  // namespace vfqual
