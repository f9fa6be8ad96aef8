// One line for a stage that ran in several guests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/model/report.h"

namespace vfqual::reports {

struct GuestStage {
  std::string_view guest;
  const StageReport* stage = nullptr;
};

// The worst verdict over the guests, with the reasons of those that have it ("vf1, vf3: …; vf2: …"); the slowest
// guest's seconds, the earliest start. At least one guest.
StageReport SummarizeGuests(const std::vector<GuestStage>& guests);

}  // namespace vfqual::reports
