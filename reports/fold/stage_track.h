// The stages that one place, a cell's host or a guest, has journalled.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reports/model/report.h"

namespace vfqual::reports {

class StageTrack {
 public:
  void Start(const std::string& name, std::string_view time);
  // Ended more than once (repeats): the worst verdict, the sum of the seconds.
  void End(const StageReport& result);
  // A test in the stage: a bad verdict of its own makes the stage that bad at least. The stage's own reason for that
  // verdict, where it gives one, stays the reason.
  void CountTest(const TestReport& test);

  bool empty() const { return stages_.empty(); }
  // Null where the stage left no trace. A stage that is still open is MISS with the reason given.
  const StageReport* Find(std::string_view name) const;
  void CloseOpen(std::string_view reason);

  // Names that kStageOrder does not have, in the order in which they came.
  std::vector<StageReport> Unordered() const;

 private:
  struct Tracked {
    StageReport report;
    bool open = false;
    bool has_verdict = false;
    bool reason_from_test = false;
  };
  Tracked& Track(const std::string& name);
  // Whether the verdict became the stage's.
  static bool Worsen(Tracked& stage, Verdict verdict, const std::string& reason);

  std::map<std::string, Tracked, std::less<>> stages_;
  std::vector<std::string> unordered_;
};

}  // namespace vfqual::reports
