#include "reports/fold/guest_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/model/text.h"

namespace vfqual::reports {

namespace {

struct ReasonGroup {
  std::string reason;
  std::string guests;  // "vf1, vf3"
};

std::vector<ReasonGroup> GroupByReason(const std::vector<GuestStage>& guests) {
  std::vector<ReasonGroup> groups;
  for (const GuestStage& guest : guests) {
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&guest](const ReasonGroup& group) { return group.reason == guest.stage->reason; });
    if (found == groups.end()) {
      groups.push_back({.reason = guest.stage->reason, .guests = std::string(guest.guest)});
    } else {
      found->guests += fmt::format(", {}", guest.guest);
    }
  }
  return groups;
}

// A pass or a skip needs a guest's name only where the guests differ.
std::string JoinReasons(const std::vector<GuestStage>& worst, std::size_t guest_count) {
  const bool bad = IsBad(worst.front().stage->verdict);
  const std::vector<ReasonGroup> groups = GroupByReason(worst);
  if (!bad && groups.size() == 1 && (worst.size() == guest_count || groups.front().reason.empty())) {
    return groups.front().reason;
  }
  std::string joined;
  for (const ReasonGroup& group : groups) {
    if (!bad && group.reason.empty()) continue;
    joined += joined.empty() ? "" : "; ";
    joined += group.reason.empty() ? group.guests : fmt::format("{}: {}", group.guests, group.reason);
  }
  return joined;
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
  summary.reason = BoundedText(JoinReasons(worst, guests.size()));
  return summary;
}

}  // namespace vfqual::reports
