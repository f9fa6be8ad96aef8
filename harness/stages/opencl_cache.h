// OpenCL kernels that were compiled in an earlier guest of the same image. PoCL compiles on its first use of a kernel,
// and under nested emulation that takes a quarter of a minute a kernel; with its cache the guest only loads them. PoCL
// itself keeps sources, options and processor apart in it, so a cache that does not fit is merely of no use.
#pragma once

#include <string>

#include "harness/base/process.h"
#include "harness/base/result.h"
#include "harness/guest/agent.h"

namespace vfqual {

inline constexpr const char* kOpenclCacheOnPayload = "opencl-cache.tar";  // the name on the guests' payload disk

enum class OpenclCacheUse {
  kNone,
  kRestore,  // the payload disk holds it
  kKeep,     // fetched from the guest for the next run
};

// PoCL's own variable, for the programs that use OpenCL in the guest.
std::pair<std::string, std::string> OpenclCacheVariable();

// Unpacks the payload's cache in the guest.
Status RestoreOpenclCache(GuestAgent& agent, const std::string& payload_folder);
// Fetches the guest's cache into `file`, on this machine. It is only ever unpacked in another guest.
Status KeepOpenclCache(GuestAgent& agent, const std::string& file);

}  // namespace vfqual
