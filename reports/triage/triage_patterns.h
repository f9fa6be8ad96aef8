// The patterns that a triage looks for: those of the known issues, then of the failure messages, then of the facts.
#pragma once

#include <string>
#include <vector>

#include "reports/issues/known_issues.h"
#include "reports/triage/failure_messages.h"

namespace vfqual::reports {

std::vector<std::string> TriagePatterns(const std::vector<KnownIssueEntry>& issues,
                                        const std::vector<FailureMessage>& messages);

}  // namespace vfqual::reports
