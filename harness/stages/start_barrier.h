// Where guests that prepare the same wait for each other, so that all start it at one time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace vfqual {

class StartBarrier {
 public:
  struct Times {
    double margin_s;  // from the decision to the start: in it each guest is told of the start
    // From when the first guest is ready; then the start is decided without those that are not.
    double longest_wait_s;
  };

  StartBarrier(std::size_t guests, Times times);

  // The guest is ready. Waits for the others, and returns the start that holds for all, in seconds since 1970; where
  // they started without this guest, theirs. Nothing where it was cancelled.
  std::optional<double> Wait(std::size_t guest, const std::function<bool()>& cancelled);

  // The guest will not be ready: nobody waits for it. Without a meaning for one that has come.
  void Drop(std::size_t guest);

  // Once it is decided.
  std::optional<double> Start_s() const;
  // It was waited for, and did not come in time.
  bool StartedWithout(std::size_t guest) const;

 private:
  enum class Coming { kAwaited, kReady, kDropped, kLate };

  void DecideIfAllCame();
  void Decide();

  const Times times_;
  mutable std::mutex mutex_;
  std::condition_variable decided_;
  std::vector<Coming> guests_;
  std::optional<std::chrono::steady_clock::time_point> until_;  // from when one is ready
  std::optional<double> start_s_;
};

}  // namespace vfqual
