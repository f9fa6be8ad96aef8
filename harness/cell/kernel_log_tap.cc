#include "harness/cell/kernel_log_tap.h"

#include <fmt/format.h>

namespace vfqual {

Result<std::vector<KernelRecord>> KernelLogTap::Take() {
  VFQUAL_TRY(const auto completed, run_(ReadKernelLogCommand()), "reading the kernel's log");
  if (!completed.Ok()) return Fail(fmt::format("reading the kernel's log: {}", completed.Describe()));
  std::vector<KernelRecord> fresh;
  std::size_t at_last = 0;
  for (auto& record : ParseKernelLog(completed.out)) {
    if (record.uptime_us < last_us_) continue;
    if (record.uptime_us == last_us_ && ++at_last <= seen_at_last_) continue;
    fresh.push_back(std::move(record));
  }
  if (!fresh.empty()) {
    const auto newest = fresh.back().uptime_us;
    std::size_t count = newest == last_us_ ? seen_at_last_ : 0;
    for (const auto& record : fresh) count += record.uptime_us == newest ? 1 : 0;
    last_us_ = newest;
    seen_at_last_ = count;
  }
  return fresh;
}

}  // namespace vfqual
