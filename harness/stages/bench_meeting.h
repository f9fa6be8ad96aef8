// What the threads of guests that measure at the same time tell each other: the first measures alone, then all start
// each program together.
#pragma once

#include <atomic>
#include <barrier>
#include <cstddef>
#include <deque>
#include <latch>
#include <optional>
#include <string>
#include <vector>

#include "harness/stages/benchmark_result.h"
#include "harness/stages/shared_window.h"
#include "harness/stages/start_barrier.h"

namespace vfqual {

class BenchMeeting {
 public:
  BenchMeeting(std::size_t guests, std::size_t programs, StartBarrier::Times times);

  void AloneDone(std::optional<BenchmarkResult> alone);
  void WaitForAlone() { alone_done_.wait(); }

  // Where the guests start the program; after WaitForAlone.
  StartBarrier& Start(std::size_t program) { return starts_[program]; }
  // Until all guests are done with the program before.
  void WaitForNextProgram() { done_with_program_.arrive_and_wait(); }

  // The guest is done with all its programs, or runs none. Nobody waits for it any more.
  void Measured(std::size_t guest, std::optional<BenchmarkResult> result, double clock_offset_s);
  void WaitForAll() { all_measured_.wait(); }

  // After WaitForAll; what the guests that measured have in common.
  std::vector<SharedRates> Shared() const { return CutToSharedWindow(Present()); }
  // After the first common start.
  std::string When(const std::string& path) const;
  bool EveryoneMeasured() const;
  const std::optional<BenchmarkResult>& Alone() const { return alone_; }

 private:
  std::vector<GuestRates> Present() const;

  std::vector<GuestRates> rates_;
  std::vector<std::atomic<bool>> present_;
  std::optional<BenchmarkResult> alone_;
  std::deque<StartBarrier> starts_;  // one for each program
  std::latch alone_done_{1};
  std::barrier<> done_with_program_;
  std::latch all_measured_;
};

}  // namespace vfqual
