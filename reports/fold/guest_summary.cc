#include "reports/fold/guest_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/model/text.h"

namespace vfqual::reports {

namespace {

// A pass or a skip needs a guest's name only where the guests differ.
std::string Reason(const std::vector<GuestStage>& worst, std::size_t guest_count) {
  const std::string& first = worst.front().stage->reason;
  const bool alike = std::all_of(worst.begin(), worst.end(),
                                 [&first](const GuestStage& guest) { return guest.stage->reason == first; });
  if (alike && worst.size() == guest_count) {
    if (!IsBad(worst.front().stage->verdict)) return first;
    if (guest_count > 1) return first.empty() ? "in all guests" : "all guests: " + first;
  }
  std::string reason(worst.front().guest);
  if (!first.empty()) reason += ": " + first;
  if (worst.size() == 1) return reason;
  std::string others;
  for (std::size_t i = 1; i < worst.size(); ++i) others += fmt::format("{}{}", i > 1 ? ", " : "", worst[i].guest);
  return fmt::format("{} (also {})", reason, others);
}

}  // namespace

StageReport SummarizeGuests(const std::vector<GuestStage>& guests) {
  StageReport summary;
  std::vector<GuestStage> worst;
  for (const GuestStage& guest : guests) {
    const StageReport& stage = *guest.stage;
    summary.name = stage.name;
    summary.seconds = std::max(summary.seconds, stage.seconds);
    if (!stage.started.empty() && (summary.started.empty() || stage.started < summary.started)) {
      summary.started = stage.started;
    }
    if (!worst.empty() && stage.verdict != summary.verdict) {
      if (Worst(stage.verdict, summary.verdict) == summary.verdict) continue;
      worst.clear();
    }
    summary.verdict = stage.verdict;
    worst.push_back(guest);
  }
  summary.log = worst.front().stage->log;
  summary.reason = BoundedText(Reason(worst, guests.size()));
  return summary;
}

}  // namespace vfqual::reports
