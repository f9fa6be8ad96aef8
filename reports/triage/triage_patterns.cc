#include "reports/triage/triage_patterns.h"

#include <utility>

#include "reports/triage/log_facts.h"

namespace vfqual::reports {

std::vector<std::string> TriagePatterns(const std::vector<KnownIssueEntry>& issues,
                                        const std::vector<FailureMessage>& messages) {
  std::vector<std::string> patterns = IssuePatterns(issues);
  for (const FailureMessage& message : messages) patterns.push_back(message.pattern);
  for (std::string& pattern : FactPatterns()) patterns.push_back(std::move(pattern));
  return patterns;
}

}  // namespace vfqual::reports
