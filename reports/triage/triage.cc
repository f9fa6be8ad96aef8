#include "reports/triage/triage.h"

#include <utility>

#include "reports/triage/triage_patterns.h"

namespace vfqual::reports {

tl::expected<Triage, std::string> Triage::Create(std::vector<KnownIssueEntry> issues, PlatformOf platform_of) {
  auto messages = LoadFailureMessages();
  if (!messages) return tl::unexpected(std::move(messages).error());
  auto scanner = LineScanner::Compile(TriagePatterns(issues, *messages));
  if (!scanner) return tl::unexpected(std::move(scanner).error());
  return Triage(std::move(issues), *std::move(messages), std::move(platform_of), *std::move(scanner));
}

Triage::Triage(std::vector<KnownIssueEntry> issues, std::vector<FailureMessage> messages, PlatformOf platform_of,
               LineScanner scanner)
    : issues_(std::move(issues)),
      messages_(std::move(messages)),
      platform_of_(std::move(platform_of)),
      scanner_(std::move(scanner)) {
  for (std::size_t i = 0; i < issues_.size(); ++i) {
    issue_of_.insert(issue_of_.end(), issues_[i].signatures.size(), i);
  }
}

std::optional<std::size_t> Triage::IssueOfPattern(std::size_t pattern) const {
  return pattern < issue_of_.size() ? std::optional(issue_of_[pattern]) : std::nullopt;
}

std::optional<std::size_t> Triage::MessageOfPattern(std::size_t pattern) const {
  const bool is_message = pattern >= issue_of_.size() && pattern - issue_of_.size() < messages_.size();
  return is_message ? std::optional(pattern - issue_of_.size()) : std::nullopt;
}

void Triage::ReadFact(std::size_t pattern, std::string_view line, LogFacts& facts) const {
  NoteFact(pattern - issue_of_.size() - messages_.size(), line, platform_of_, facts);
}

}  // namespace vfqual::reports
