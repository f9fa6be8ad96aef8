#include "harness/run/await_programs.h"

#include <thread>

namespace vfqual {

bool AwaitPrograms(Host& host, const std::string& folder, const AwaitProgramsOptions& options) {
  const auto until = std::chrono::steady_clock::now() + options.at_most;
  for (bool told = false; !host.Exists(folder).value_or(false); told = true) {
    if (!told) options.on_wait();
    if (options.cancelled() || std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(options.look_every);
  }
  return true;
}

}  // namespace vfqual
