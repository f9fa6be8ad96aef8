// What a log tells: which stage failed, which known issues it shows, what in it is not known, and what to try next.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "reports/issues/conditions.h"
#include "reports/issues/known_issues.h"
#include "reports/triage/failure_messages.h"
#include "reports/triage/log_facts.h"

namespace vfqual::reports {

struct Evidence {
  std::size_t line = 0;  // counts from 1
  std::string text;      // visible and bounded
};

struct TriageIssue {
  std::size_t issue = 0;      // of the known issues
  std::string contradiction;  // what speaks against it; empty: nothing
  std::size_t lines = 0;
  std::vector<Evidence> evidence;  // the first of them
};

struct TriageFailure {
  std::size_t message = 0;  // of the failure messages
  std::size_t lines = 0;
  std::vector<Evidence> evidence;
};

struct TriageResult {
  std::string kind;                    // "kernel log", "DKMS make.log", "QEMU or libvirt log", "log"
  Circumstances known;                 // what the log itself tells, and what was known before
  std::string stage;                   // the first that failed; empty: none did, or it cannot be told
  std::vector<TriageIssue> issues;     // whose conditions hold: failures, warnings, then harmless ones
  std::vector<TriageIssue> elsewhere;  // with the same message under other conditions: no cause here
  std::vector<TriageFailure> unknown;  // failures that no known issue explains
  std::vector<std::string> next;       // what to try, most promising first
};

// What logs are looked through for; TriageScan looks through one.
class Triage {
 public:
  // The platform's id of a PCI device id ("46d1"); empty where no platform has it.
  using PlatformOf = std::function<std::string(const std::string& device)>;

  static tl::expected<Triage, std::string> Create(std::vector<KnownIssueEntry> issues, PlatformOf platform_of);

  const std::vector<KnownIssueEntry>& issues() const { return issues_; }
  const std::vector<FailureMessage>& messages() const { return messages_; }

  // For TriageScan: what a pattern of the scanner belongs to. One of neither is a fact's.
  const LineScanner& scanner() const { return scanner_; }
  std::optional<std::size_t> IssueOfPattern(std::size_t pattern) const;
  std::optional<std::size_t> MessageOfPattern(std::size_t pattern) const;
  void ReadFact(std::size_t pattern, std::string_view line, LogFacts& facts) const;

 private:
  Triage(std::vector<KnownIssueEntry> issues, std::vector<FailureMessage> messages, PlatformOf platform_of,
         LineScanner scanner);

  std::vector<KnownIssueEntry> issues_;
  std::vector<FailureMessage> messages_;
  std::vector<std::size_t> issue_of_;  // of each pattern that belongs to an issue: those come first
  PlatformOf platform_of_;
  LineScanner scanner_;
};

}  // namespace vfqual::reports
