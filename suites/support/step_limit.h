// Ends a suite that hangs: a driver that does not answer must not keep waiting whoever asks about it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace vfqual::suites {

// timeout(1)'s word for it.
inline constexpr int kTimedOutExitCode = 124;

// Watches one step after the other. A step that takes longer than the limit ends the process with kTimedOutExitCode,
// after a line that names it: "[ TIMEOUT  ] VaSurface.KeepsAnUploadedPicture: no end after 120 s". A process that the
// kernel does not let go stays all the same.
class StepLimit {
 public:
  // Zero: no limit.
  explicit StepLimit(std::chrono::seconds limit);
  StepLimit(const StepLimit&) = delete;
  StepLimit& operator=(const StepLimit&) = delete;
  ~StepLimit();

  void Begin(const std::string& step);
  void End() { Begin(""); }

 private:
  void Watch();

  std::chrono::seconds limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string step_;  // empty: none
  std::chrono::steady_clock::time_point until_;
  bool over_ = false;
  std::thread watch_;
};

}  // namespace vfqual::suites
