// Where the lab keeps what its hosts found out at a cost: ccache's folder, and what libvirt learned about QEMU by
// starting it. A folder for one image of a lab host, given to the machine with the payload and taken back when
// something was added.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/file_lock.h"
#include "harness/base/result.h"
#include "harness/base/ssh_host.h"
#include "harness/lab/lab_images.h"

namespace vfqual {

inline constexpr const char* kCompilerCacheFolder = "ccache";                                // in the folder
inline constexpr const char* kCapabilitiesFolder = "libvirt";                                // in the folder
inline constexpr const char* kLibvirtCapabilities = "/var/cache/libvirt/qemu/capabilities";  // on the machine
// The paths of ccache's results when the machine got the folder, a line each (see MountArgv); its time is when.
inline constexpr const char* kHostCacheStamp = "given";

// Named by the host's image, which holds compiler, headers, libvirt and QEMU. It need not exist.
std::filesystem::path LabHostCache(const std::filesystem::path& cache, const LabImages& images);

// Held by who reads the folder, so that it is not exchanged meanwhile.
Result<FileLock> LockHostCache(const std::filesystem::path& folder);

// Makes the folder where it is missing, with ccache's settings.
Status PrepareHostCache(const std::filesystem::path& folder);

// Whether the machine's `folder` holds something that it was not given. Of ccache's results their names tell: one that
// is found again gets a new time.
Result<bool> HostCacheHasGrown(Host& machine, const std::string& folder);

// From a machine's `folder` to `kept`, whole or not at all; nothing happens where nothing was added.
Status KeepHostCache(SshHost& machine, const std::string& folder, const std::filesystem::path& kept);

}  // namespace vfqual
