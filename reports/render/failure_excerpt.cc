#include "reports/render/failure_excerpt.h"

#include <fmt/format.h>

#include <algorithm>

namespace vfqual::reports {

namespace {

bool FailedThere(const CellReport& cell, const std::string& guest, const std::string& stage) {
  return std::any_of(cell.guests.begin(), cell.guests.end(), [&](const GuestReport& candidate) {
    return candidate.facts.name == guest &&
           std::any_of(candidate.stages.begin(), candidate.stages.end(),
                       [&stage](const StageReport& own) { return own.name == stage && IsBad(own.verdict); });
  });
}

bool HasKnownIssue(const CellReport& cell, const KernelLogLine& line) {
  return std::any_of(cell.known_issues.begin(), cell.known_issues.end(), [&line](const KnownIssueMatch& match) {
    return match.severity != "benign" && match.line == line.message;
  });
}

}  // namespace

std::string KernelLogText(const KernelLogLine& line) {
  std::string text = fmt::format("{:<5} [{:12.6f}] <{}> ", line.guest.value_or("host"),
                                 static_cast<double>(line.uptime_us) / 1e6, line.level);
  for (const char c : line.message) {
    if (c == '\n') {
      text += "⏎";
    } else {
      text += c;
    }
  }
  return text;
}

std::vector<std::string> FailureExcerpt(const CellReport& cell, std::size_t max_lines) {
  if (!cell.first_failure) return {};
  std::vector<const KernelLogLine*> there;
  for (const KernelLogLine& line : cell.kernel_log) {
    if (line.stage != *cell.first_failure) continue;
    if (!line.guest || FailedThere(cell, *line.guest, line.stage)) there.push_back(&line);
  }
  std::size_t surplus = there.size() > max_lines ? there.size() - max_lines : 0;
  std::vector<std::string> excerpt;
  std::size_t known = 0;
  for (const KernelLogLine* line : there) {
    const bool is_kept = HasKnownIssue(cell, *line) && known < max_lines / 2;
    known += is_kept ? 1 : 0;
    if (surplus > 0 && !is_kept) {
      --surplus;
      continue;
    }
    excerpt.push_back(KernelLogText(*line));
  }
  return excerpt;
}

}  // namespace vfqual::reports
