// How far a suite came that crashed or hung, and so left no result file: from the lines that it printed, GoogleTest's
// own and those of suites/support (suite_main.cc, step_limit.cc).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/events/event.h"

namespace vfqual {

struct SuiteOutput {
  std::vector<reports::TestFacts> ended;  // a failed one's reason is lost
  std::optional<std::string> running;     // the path of the test it was in
  std::string set_up;                     // what it did before the first test, where it was still at it
  std::string timed_out;                  // "no end after 60 s", where it ended itself for that
};

// The text comes from a guest: nothing of it is trusted.
SuiteOutput ParseSuiteOutput(std::string_view text);

}  // namespace vfqual
