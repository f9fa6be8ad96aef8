// Lines of a kernel's log that tell that loading or unloading went wrong.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/loadvm/load_report.h"

namespace vfqual {

struct LogTrouble {
  std::string module;  // what was being loaded or unloaded
  std::string line;
  std::string meaning;
};

// By the drivers' failure messages (reports/triage/failure-messages.json); what known issues call harmless is none.
Result<std::vector<LogTrouble>> FindLogTrouble(const std::vector<LoggedRecord>& log);

}  // namespace vfqual
