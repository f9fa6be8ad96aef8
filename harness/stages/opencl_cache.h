// OpenCL kernels that were compiled in an earlier guest of the same image. PoCL compiles on its first use of a kernel,
// and under nested emulation that takes a quarter of a minute a kernel; with its cache the guest only loads them. PoCL
// itself keeps sources, options and processor apart in it, so a cache that does not fit is merely of no use.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "harness/base/process.h"
#include "harness/base/result.h"
#include "harness/guest/agent.h"

namespace vfqual {

inline constexpr const char* kOpenclCacheOnPayload = "opencl-cache.tar.gz";  // the name on the guests' payload disk

enum class OpenclCacheUse {
  kNone,
  kRestore,  // the payload disk holds it
  kShare,    // the first guest that compiles gives it to the others, and to the next run
};

// Guests share one processor, and each would compile the same: one does, while the others wait for what it made.
class CompiledOnce {
 public:
  enum class Turn { kCompile, kTake, kCancelled };

  // Waits while another guest compiles. kCompile: the caller does, and calls Done.
  Turn Wait(const std::function<bool()>& cancelled);
  // `kept`: what was compiled is there to be taken; else the next one compiles.
  void Done(bool kept);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool busy_ = false;
  bool kept_ = false;
};

// PoCL's own variable, for the programs that use OpenCL in the guest.
std::pair<std::string, std::string> OpenclCacheVariable();

// Unpacks the payload's cache in the guest.
Status RestoreOpenclCache(GuestAgent& agent, const std::string& payload_folder);
// The same with a file of this machine that KeepOpenclCache made.
Status GiveOpenclCache(GuestAgent& agent, const std::string& file);
// Fetches the guest's cache into `file`, on this machine. It is only ever unpacked in another guest.
Status KeepOpenclCache(GuestAgent& agent, const std::string& file);

}  // namespace vfqual
