// Takes what a kernel logged since it was last asked.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "harness/base/process.h"
#include "harness/base/result.h"
#include "harness/guest/kmsg.h"

namespace vfqual {

class KernelLogTap {
 public:
  using Runner = std::function<Result<Completed>(const Command&)>;

  // `run` runs a command where the log is: Host::Run, or in a guest.
  explicit KernelLogTap(Runner run) : run_(std::move(run)) {}

  // What came since the last call (at first: since boot). A kernel that cannot be asked gives an Error.
  Result<std::vector<KernelRecord>> Take();

 private:
  Runner run_;
  std::int64_t last_us_ = -1;
  std::size_t seen_at_last_ = 0;  // records that carry exactly last_us_ and were already given
};

}  // namespace vfqual
