// One module built for one kernel by DKMS, in a tree of its own: nothing on this machine changes.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "module/build/build_finding.h"
#include "module/build/build_root.h"
#include "module/build/kernel_tree.h"
#include "module/source/module_source.h"

namespace vfqual {

struct BuiltModule {
  std::filesystem::path file;  // in the cache: i915.ko, .ko.xz or .ko.zst
  std::string name;            // "i915"
  std::string srcversion;      // modinfo's; may be empty
  std::string vermagic;
};

struct ModuleBuild {
  BuildFinding finding;
  std::vector<BuiltModule> modules;  // sorted by name; none unless built
  std::filesystem::path log;         // in the cache: what dkms printed, then its make.log; empty where nothing was run
  double seconds = 0;                // of the build itself, also where it came from the cache
  long peak_memory_kib = 0;          // of its largest process; 0: not known
  bool cached = false;
};

struct ModuleBuildOptions {
  std::filesystem::path cache;
  unsigned jobs = 1;                               // make's
  bool rebuild = false;                            // although the cache has it
  bool use_ccache = true;                          // where the root has it
  std::function<void(unsigned objects)> progress;  // compiled so far; may be empty
  std::function<bool()> cancelled;
};

// Errors (kHarness) where no build could be run; what the build itself says is in `finding`, also kBroken. The cache
// has every other outcome, by source, kernel and root.
Result<ModuleBuild> BuildModule(const ModuleSource& source, const KernelTree& kernel, const BuildRoot& root,
                                const ModuleBuildOptions& options);

// What needs no build: a kernel outside the range that the module declares. Nothing where dkms has to be asked.
std::optional<BuildFinding> FindWithoutBuild(const ModuleSource& source, const KernelTree& kernel);

}  // namespace vfqual
