// A session in the lab, with a second machine when the first one dies.
#pragma once

#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/lab/lab_machine.h"
#include "harness/lab/lab_session.h"
#include "harness/lab/stage_times.h"

namespace vfqual {

struct LabSessionResult {
  int exit_code = 3;
  std::vector<LabDeath> deaths;  // one for each try that was lost
};

// An error when the run could not be made at all, or was cancelled. Call it from the main thread.
Result<LabSessionResult> RunSession(Host& local, const LabSession& session, StageTimes& times);

}  // namespace vfqual
