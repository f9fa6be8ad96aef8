#include "harness/stages/start_barrier.h"

#include <algorithm>

#include "harness/base/unix_time.h"

namespace vfqual {

namespace {

constexpr std::chrono::milliseconds kCancelInterval{100};

}  // namespace

StartBarrier::StartBarrier(std::size_t guests, Times times) : times_(times), guests_(guests, Coming::kAwaited) {}

std::optional<double> StartBarrier::Wait(std::size_t guest, const std::function<bool()>& cancelled) {
  std::unique_lock lock(mutex_);
  if (start_s_) return start_s_;
  guests_[guest] = Coming::kReady;
  const auto now = std::chrono::steady_clock::now();
  if (!until_)
    until_ = now +
             std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(times_.longest_wait_s));
  DecideIfAllCame();
  while (!start_s_) {
    if (cancelled && cancelled()) return std::nullopt;
    decided_.wait_for(lock, kCancelInterval);
    if (!start_s_ && std::chrono::steady_clock::now() >= *until_) Decide();
  }
  return start_s_;
}

void StartBarrier::Drop(std::size_t guest) {
  const std::lock_guard lock(mutex_);
  if (guests_[guest] != Coming::kAwaited) return;
  guests_[guest] = Coming::kDropped;
  if (until_ && !start_s_) DecideIfAllCame();
}

void StartBarrier::DecideIfAllCame() {
  if (std::find(guests_.begin(), guests_.end(), Coming::kAwaited) == guests_.end()) Decide();
}

void StartBarrier::Decide() {
  start_s_ = UnixNow_s() + times_.margin_s;
  std::replace(guests_.begin(), guests_.end(), Coming::kAwaited, Coming::kLate);
  decided_.notify_all();
}

std::optional<double> StartBarrier::Start_s() const {
  const std::lock_guard lock(mutex_);
  return start_s_;
}

bool StartBarrier::StartedWithout(std::size_t guest) const {
  const std::lock_guard lock(mutex_);
  return guests_[guest] == Coming::kLate;
}

}  // namespace vfqual
