#include "harness/stages/common_start.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>

#include "harness/base/unix_time.h"

namespace vfqual {

namespace {

// Each look costs an emulated processor that all guests share about a tenth of a second, and so does the question
// whether the program has ended.
constexpr std::chrono::milliseconds kReadyInterval{500};
constexpr int kLooksPerQuestion = 3;

}  // namespace

std::vector<std::string> CommonStart::Arguments() const {
  return {"--ready-file=" + ReadyFile(), "--start-file=" + StartFile()};
}

Executor CommonStart::In(Executor where) {
  where.run = [this, run = std::move(where.run)](const Command& asked) {
    Command command = asked;
    command.cancelled = [this, cancelled = asked.cancelled] {
      Look(cancelled);
      return cancelled && cancelled();
    };
    auto completed = run(command);
    barrier_.Drop(guest_.index);
    if (phase_ != Phase::kTold && barrier_.StartedWithout(guest_.index)) {
      trouble_ = "the guest was never ready to measure: the others started without it";
    }
    return completed;
  };
  return where;
}

void CommonStart::Look(const std::function<bool()>& cancelled) {
  if (phase_ == Phase::kPreparing && BecameReady(cancelled)) phase_ = Phase::kReady;
  if (phase_ != Phase::kReady) return;
  // Meanwhile the program waits for its start: whether it has ended is asked for afterwards.
  const auto start_s = barrier_.Wait(guest_.index, cancelled);
  if (!start_s) return;
  Tell(*start_s);
  phase_ = Phase::kTold;
}

bool CommonStart::BecameReady(const std::function<bool()>& cancelled) const {
  for (int look = 0; look < kLooksPerQuestion && !(cancelled && cancelled()); ++look) {
    std::this_thread::sleep_for(kReadyInterval);
    if (guest_.has_file(ReadyFile())) return true;
  }
  return false;
}

void CommonStart::Tell(double start_s) {
  const auto told = guest_.write_file(StartFile(), fmt::format("{:.3f}\n", start_s + guest_.clock_offset_s));
  const double late_s = UnixNow_s() - start_s;
  if (!told) {
    trouble_ = "the guest could not be told of the common start: " + told.error().Message();
  } else if (barrier_.StartedWithout(guest_.index)) {
    trouble_ = fmt::format("the guest was ready {:.0f} s after the others had started", late_s);
  } else if (late_s > 0) {
    trouble_ = fmt::format("the guest was told of the common start {:.1f} s after it", late_s);
  }
}

}  // namespace vfqual
