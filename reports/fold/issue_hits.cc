#include "reports/fold/issue_hits.h"

#include <algorithm>

#include "reports/model/text.h"

namespace vfqual::reports {

namespace {
constexpr std::size_t kMaxHits = 1000;
constexpr std::size_t kMaxEvidenceBytes = 2000;
}  // namespace

void IssueHits::Scan(const KnownIssues& issues, const std::optional<std::string>& guest, std::string_view stage,
                     std::string_view text) {
  if (text.empty()) return;
  issues.Find(text, [&](std::size_t issue, std::size_t /*offset*/, std::string_view line) {
    const auto known = std::find_if(hits_.begin(), hits_.end(), [&](const Hit& hit) {
      return hit.issue == issue && hit.guest == guest && hit.stage == stage;
    });
    if (known != hits_.end()) {
      ++known->lines;
    } else if (hits_.size() < kMaxHits) {
      hits_.push_back({issue, guest, std::string(stage), VisibleText(line, kMaxEvidenceBytes), 1});
    }
  });
}

void IssueHits::FinishInto(const KnownIssues& issues, CellReport& cell) const {
  for (const bool benign : {false, true}) {
    for (const Hit& hit : hits_) {
      const KnownIssueEntry& issue = issues.issues()[hit.issue];
      if (IsBenign(issue) != benign || !Contradiction(issue.conditions, CircumstancesOf(cell, hit.guest)).empty())
        continue;
      const bool told =
          std::any_of(cell.known_issues.begin(), cell.known_issues.end(), [&](const KnownIssueMatch& match) {
            return match.id == issue.id && match.guest == hit.guest && match.stage == hit.stage;
          });
      if (told) continue;
      cell.known_issues.push_back({.id = issue.id,
                                   .url = issue.url,
                                   .guest = hit.guest,
                                   .stage = hit.stage,
                                   .line = hit.line,
                                   .severity = issue.severity,
                                   .title = issue.title,
                                   .workaround = issue.workaround,
                                   .lines = hit.lines});
    }
  }
}

}  // namespace vfqual::reports
