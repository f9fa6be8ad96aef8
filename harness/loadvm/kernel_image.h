// A kernel that can be booted, with its modules, from the distribution's archive: in the cache, nothing installed.
#pragma once

#include <filesystem>

#include "harness/base/result.h"
#include "harness/loadvm/load_kernel.h"
#include "module/build/kernel_tree.h"

namespace vfqual {

struct KernelImage {
  LoadKernel kernel;
  std::filesystem::path vmlinux;  // unpacked: QEMU starts it by its PVH entry
};

// The image of the kernel that `headers` are of: of the same suite, or installed here. Downloaded once (about 110 MB).
Result<KernelImage> EnsureKernelImage(const KernelTree& headers, const KernelOptions& options);

}  // namespace vfqual
