#include "harness/lab/standstill.h"

#include <algorithm>

namespace vfqual {

namespace {

constexpr std::chrono::milliseconds kNextToNothing{50};
// Who looks may have been stopped itself, with the emulator.
constexpr std::chrono::milliseconds kLongestBetweenLooks{1000};

}  // namespace

bool Standstill::Look(Clock::time_point now, std::chrono::milliseconds used) {
  if (used_before_.count() < 0 || used - used_before_ > kNextToNothing) {
    used_before_ = used;
    still_ = {};
  } else {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now - last_look_);
    still_ += std::min(since, kLongestBetweenLooks);
  }
  last_look_ = now;
  return still_ >= at_least_;
}

}  // namespace vfqual
