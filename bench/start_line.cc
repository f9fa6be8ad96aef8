#include "bench/start_line.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

namespace vfqual::bench {

namespace {

using Clock = std::chrono::system_clock;

// Clocks of different machines differ; one that is far ahead must not keep a machine waiting for ever.
constexpr std::chrono::seconds kLongestWait{60};

void WaitUntil(double at_s) {
  const Clock::time_point until(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(at_s)));
  std::this_thread::sleep_until(std::min(until, Clock::now() + kLongestWait));
}

}  // namespace

void StartLine::Begin(benchmark::State& state, const std::string& benchmark) {
  if (start_at_s_ <= 0) return TellBegun();
  if (std::find(begun_.begin(), begun_.end(), benchmark) == begun_.end()) {
    WaitUntil(start_at_s_ + static_cast<double>(begun_.size()) * slot_s_);
    begun_.push_back(benchmark);
  }
  TellBegun();
  state.counters["at_s"] = std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

void StartLine::TellBegun() {
  if (!begun_file_.empty()) std::ofstream(std::exchange(begun_file_, {}));
}

}  // namespace vfqual::bench
