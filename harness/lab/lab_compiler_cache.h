// Where the lab keeps what its hosts compiled: ccache's folder for one image of a lab host, given to the machine with
// the payload and taken back when something was added.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/file_lock.h"
#include "harness/base/result.h"
#include "harness/base/ssh_host.h"
#include "harness/lab/lab_images.h"

namespace vfqual {

inline constexpr const char* kCompilerCacheSettings = "ccache.conf";  // in the folder

// Named by the host's image, which holds compiler and headers. It need not exist.
std::filesystem::path LabCompilerCache(const std::filesystem::path& cache, const LabImages& images);

// Held by who reads the folder, so that it is not exchanged meanwhile.
Result<FileLock> LockCompilerCache(const std::filesystem::path& folder);

// Makes the folder where it is missing, with ccache's settings.
Status PrepareCompilerCache(const std::filesystem::path& folder);

// From a machine's `folder` to `kept`, whole or not at all; nothing happens where nothing was compiled.
Status KeepCompilerCache(SshHost& machine, const std::string& folder, const std::filesystem::path& kept);

}  // namespace vfqual
