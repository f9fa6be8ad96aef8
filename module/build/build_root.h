// What a kernel's modules are built with: dkms, the kernel's own compiler and make, of the suite that the kernel is of.
// A kernel of a newer suite has build tools (modpost, objtool) that need that suite's C library, so a machine of an
// older one cannot build for it by itself.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/process.h"
#include "harness/base/result.h"
#include "module/build/kernel_archives.h"
#include "module/build/kernel_tree.h"

namespace vfqual {

struct BuildRoot {
  std::filesystem::path folder;  // "/": this machine itself
  std::string identity;          // of what is installed in it
};

struct BuildRootOptions {
  std::filesystem::path cache;
  KernelArchives archives;
  std::function<void(std::string_view)> progress;  // one line each; may be empty
  std::function<bool()> cancelled;
};

// The cached root for the kernel's suite and compiler, made first by mmdebstrap where there is none (one or two
// minutes, 400 MiB). Making one needs root or user namespaces (mmdebstrap chooses); using one needs user namespaces
// (bwrap). For a kernel without a suite: this machine, which must have dkms and the compiler (kHarness where it has
// not).
Result<BuildRoot> EnsureBuildRoot(const KernelTree& kernel, const BuildRootOptions& options);

// The mmdebstrap call: a pure function. Writes a tar to `out`. `tools` beside dkms, compiler and make are what the
// archive has of pahole, ccache and the like.
Command BuildRootCommand(const SuiteSources& sources, const std::string& compiler,
                         const std::vector<std::string>& tools, const std::filesystem::path& out);

}  // namespace vfqual
