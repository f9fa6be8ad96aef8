// Log files of a run.
#pragma once

#include <string>
#include <string_view>

#include "harness/cell/run_context.h"
#include "reports/events/scopes.h"

namespace vfqual {

// Writes logs/NAME in the run folder and names it as the stage's log. A log that cannot be written is a warning.
void KeepLog(const RunContext& context, reports::StageScope& stage, const std::string& name, std::string_view text);
// The same, but the stage's log stays the one it was.
void KeepExtraLog(const RunContext& context, reports::StageScope& stage, const std::string& name,
                  std::string_view text);

}  // namespace vfqual
