// What the threads of guests that measure at the same time tell each other: the first measures alone, then all start
// each program together.
#pragma once

#include <atomic>
#include <barrier>
#include <cstddef>
#include <latch>
#include <optional>
#include <string>
#include <vector>

#include "harness/stages/benchmark_result.h"
#include "harness/stages/shared_window.h"

namespace vfqual {

class BenchMeeting {
 public:
  explicit BenchMeeting(std::size_t guests);

  // `leads_s`: for each program the time from the decision to the start, in which all guests prepare.
  void AloneDone(std::optional<BenchmarkResult> alone, std::vector<double> leads_s);

  // When the first program starts, seconds since 1970; after AloneDone.
  double WaitForStart();
  // When the next program starts: all guests are done with theirs then.
  double WaitForNextStart();

  // The guest is done with all its programs, or runs none. Nobody waits for it any more.
  void Measured(std::size_t guest, std::optional<BenchmarkResult> result, double clock_offset_s);
  void WaitForAll() { all_measured_.wait(); }

  // After WaitForAll; what the guests that measured have in common.
  std::vector<SharedRates> Shared() const { return CutToSharedWindow(Present()); }
  std::string When(const std::string& path) const { return WhenMeasured(Present(), path, first_start_s_); }
  bool EveryoneMeasured() const;
  const std::optional<BenchmarkResult>& Alone() const { return alone_; }

 private:
  // Called while all guests wait.
  struct SetNextStart {
    BenchMeeting* meeting;
    void operator()() const noexcept { meeting->SetNextStart_s(); }
  };

  void SetNextStart_s();
  std::vector<GuestRates> Present() const;

  std::vector<GuestRates> rates_;
  std::vector<std::atomic<bool>> present_;
  std::optional<BenchmarkResult> alone_;
  std::vector<double> leads_s_;
  std::size_t program_ = 0;
  double first_start_s_ = 0;
  double next_start_s_ = 0;
  std::latch alone_done_{1};
  std::barrier<SetNextStart> done_with_program_;
  std::latch all_measured_;
};

// Of all that are stamped, on the clock of the machine that took them.
std::optional<double> FirstSample_s(const BenchmarkResult& result);

}  // namespace vfqual
