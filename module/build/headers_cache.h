// Kernel headers in the cache, unpacked from packages.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/result.h"
#include "module/build/kernel_tree.h"

namespace vfqual {

struct CachedHeaders {
  std::filesystem::path root;   // as / would be
  std::filesystem::path build;  // in it: the kernel's build folder
  std::string suite;            // empty: of no apt archive
  std::string identity;         // packages with their versions
};

// `spec` as PackagedKernel takes it. Nothing is left of what could not be had.
Result<CachedHeaders> HeadersOfArchive(const std::string& spec, const KernelOptions& options);
Result<CachedHeaders> HeadersOfFile(const std::filesystem::path& pacman_package, const KernelOptions& options);

}  // namespace vfqual
