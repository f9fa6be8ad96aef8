#pragma once

#include <filesystem>
#include <functional>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace vfqual {

// An exclusive flock(2) on a file that is made for it. Given back by the destructor, and by the kernel when the process
// dies.
class FileLock {
 public:
  // Waits for another holder; `on_wait` is called once when there is one, `cancelled` is asked a few times a second.
  static Result<FileLock> Take(const std::filesystem::path& file, const std::function<void()>& on_wait,
                               const std::function<bool()>& cancelled);

 private:
  explicit FileLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace vfqual
