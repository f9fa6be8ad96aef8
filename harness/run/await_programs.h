// The programs that run in guests may still be compiled while the module is built (`vfqual lab --build-programs`).
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "harness/base/host.h"

namespace vfqual {

struct AwaitProgramsOptions {
  std::chrono::milliseconds look_every{500};
  std::chrono::milliseconds at_most = std::chrono::hours(1);
  std::function<bool()> cancelled = [] { return false; };
  std::function<void()> on_wait = [] {};  // called once, where the folder is not there at once
};

// Until `folder` is there; it appears whole. False: time was up, or it was cancelled. Where programs are missing all
// the same, the stage that runs them tells.
bool AwaitPrograms(Host& host, const std::string& folder, const AwaitProgramsOptions& options);

}  // namespace vfqual
