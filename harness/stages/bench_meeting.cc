#include "harness/stages/bench_meeting.h"

#include <algorithm>
#include <utility>

namespace vfqual {

BenchMeeting::BenchMeeting(std::size_t guests, std::size_t programs, StartBarrier::Times times)
    : rates_(guests),
      present_(guests),
      done_with_program_(static_cast<std::ptrdiff_t>(guests)),
      all_measured_(static_cast<std::ptrdiff_t>(guests)) {
  for (std::size_t program = 0; program < programs; ++program) starts_.emplace_back(guests, times);
}

void BenchMeeting::AloneDone(std::optional<BenchmarkResult> alone) {
  alone_ = std::move(alone);
  alone_done_.count_down();
}

void BenchMeeting::Measured(std::size_t guest, std::optional<BenchmarkResult> result, double clock_offset_s) {
  for (auto& start : starts_) start.Drop(guest);
  done_with_program_.arrive_and_drop();
  if (result) {
    rates_[guest] = {std::move(*result), clock_offset_s};
    present_[guest].store(true);
  }
  all_measured_.count_down();
}

std::string BenchMeeting::When(const std::string& path) const {
  std::optional<double> first_s;
  for (const auto& start : starts_) first_s = first_s ? first_s : start.Start_s();
  return WhenMeasured(Present(), path, first_s.value_or(0));
}

bool BenchMeeting::EveryoneMeasured() const {
  return std::all_of(present_.begin(), present_.end(), [](const auto& present) { return present.load(); });
}

std::vector<GuestRates> BenchMeeting::Present() const {
  std::vector<GuestRates> present;
  for (std::size_t index = 0; index < rates_.size(); ++index) {
    if (present_[index].load()) present.push_back(rates_[index]);
  }
  return present;
}

}  // namespace vfqual
