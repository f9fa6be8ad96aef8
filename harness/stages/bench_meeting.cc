#include "harness/stages/bench_meeting.h"

#include <algorithm>
#include <utility>

#include "harness/base/unix_time.h"

namespace vfqual {

BenchMeeting::BenchMeeting(std::size_t guests)
    : rates_(guests),
      present_(guests),
      done_with_program_(static_cast<std::ptrdiff_t>(guests), SetNextStart{this}),
      all_measured_(static_cast<std::ptrdiff_t>(guests)) {}

void BenchMeeting::AloneDone(std::optional<BenchmarkResult> alone, std::vector<double> leads_s) {
  alone_ = std::move(alone);
  leads_s_ = std::move(leads_s);
  first_start_s_ = UnixNow_s() + (leads_s_.empty() ? 0 : leads_s_.front());
  alone_done_.count_down();
}

double BenchMeeting::WaitForStart() {
  alone_done_.wait();
  return first_start_s_;
}

double BenchMeeting::WaitForNextStart() {
  done_with_program_.arrive_and_wait();
  return next_start_s_;
}

void BenchMeeting::SetNextStart_s() {
  ++program_;
  next_start_s_ = UnixNow_s() + (program_ < leads_s_.size() ? leads_s_[program_] : 0);
}

void BenchMeeting::Measured(std::size_t guest, std::optional<BenchmarkResult> result, double clock_offset_s) {
  done_with_program_.arrive_and_drop();
  if (result) {
    rates_[guest] = {std::move(*result), clock_offset_s};
    present_[guest].store(true);
  }
  all_measured_.count_down();
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

std::optional<double> FirstSample_s(const BenchmarkResult& result) {
  std::optional<double> first;
  for (const auto& [path, spans] : result.spans) {
    for (const auto& span : spans) first = std::min(first.value_or(span.start_s), span.start_s);
  }
  return first;
}

}  // namespace vfqual
