#include "suites/support/step_limit.h"

#include <unistd.h>

#include <cstdio>

namespace vfqual::suites {

StepLimit::StepLimit(std::chrono::seconds limit) : limit_(limit) {
  if (limit_ > std::chrono::seconds::zero()) watch_ = std::thread([this] { Watch(); });
}

StepLimit::~StepLimit() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  if (watch_.joinable()) watch_.join();
}

void StepLimit::Begin(const std::string& step) {
  {
    const std::scoped_lock lock(mutex_);
    step_ = step;
    until_ = std::chrono::steady_clock::now() + limit_;
  }
  changed_.notify_one();
}

void StepLimit::Watch() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    if (step_.empty()) {
      changed_.wait(lock);
    } else if (std::chrono::steady_clock::now() < until_) {
      changed_.wait_until(lock, until_);
    } else {
      std::printf("[ TIMEOUT  ] %s: no end after %lld s\n", step_.c_str(), static_cast<long long>(limit_.count()));
      std::fflush(stdout);
      _exit(kTimedOutExitCode);
    }
  }
}

}  // namespace vfqual::suites
