// dkms in a build root by bwrap(1): the root, the headers and the source are read-only, there is no network, and
// nothing of this machine can be written but the build's own folder. What a release runs (its configure, PRE_BUILD)
// stays in there.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "module/build/kernel_tree.h"

namespace vfqual {

struct SandboxPlaces {
  std::filesystem::path root;    // BuildRoot::folder
  std::filesystem::path source;  // ModuleSource::folder
  std::filesystem::path work;    // tree/ of dkms is made in it
  std::filesystem::path ccache;  // empty: none
};

// In the work folder: the resident memory of the build's largest process in KiB, where the root has time(1).
inline constexpr const char* kPeakMemoryFile = "peak_memory_kib";

// Where the module is built inside: the prefix of the paths in its logs.
std::string SandboxBuildFolder(const std::string& name, const std::string& version);

// The whole call; `id` is NAME/VERSION, `jobs` goes to make. Pure, but for the listing of the headers' folders.
std::vector<std::string> SandboxedDkmsBuild(const KernelTree& kernel, const SandboxPlaces& places,
                                            const std::string& name, const std::string& version, unsigned jobs);

}  // namespace vfqual
