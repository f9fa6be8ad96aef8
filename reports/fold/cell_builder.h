// Gathers what the journal says of one cell.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/fold/bounded_list.h"
#include "reports/fold/issue_hits.h"
#include "reports/fold/stage_track.h"
#include "reports/model/report.h"

namespace vfqual::reports {

inline constexpr std::size_t kMaxResults = 10000;       // tests, and metrics, of one guest
inline constexpr std::size_t kMaxRemarks = 1000;        // warnings, and known issues, of a cell
inline constexpr std::size_t kMaxKernelLogHalf = 1000;  // first and last kernel log lines of a cell

// What one place, the host or a guest, has journalled.
struct PlaceResults {
  StageTrack stages;
  BoundedList<TestReport> tests{kMaxResults};
  BoundedList<MetricReport> metrics{kMaxResults};
};

struct GuestBuilder {
  GuestFacts facts;
  PlaceResults results;
};

struct CellBuilder {
  std::string id;
  KernelFacts kernel;
  PlatformFacts platform;
  ModuleFacts module;
  PlaceResults host;
  std::vector<GuestBuilder> guests;  // in the order in which they came
  BoundedList<WarningReport> warnings{kMaxRemarks};
  BoundedList<KnownIssueMatch> known_issues{kMaxRemarks};
  IssueHits issue_hits;
  HeadAndTail<KernelLogLine> kernel_log{kMaxKernelLogHalf};
  std::string damage;  // what is wrong with the journal inside this cell; empty: nothing

  // The guest of that name, made when there is none yet.
  GuestBuilder& Guest(const std::string& name);
};

}  // namespace vfqual::reports
