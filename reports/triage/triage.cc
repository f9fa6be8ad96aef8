#include "reports/triage/triage.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "reports/model/stage_order.h"
#include "reports/model/text.h"
#include "reports/triage/log_facts.h"

namespace vfqual::reports {

namespace {

constexpr std::size_t kMaxEvidence = 3;
constexpr std::size_t kMaxEvidenceBytes = 500;
constexpr std::size_t kMaxNext = 8;

// Where an issue or a message was seen; the lines' numbers come later, for those that are kept alone.
struct Hit {
  std::size_t lines = 0;
  std::vector<std::pair<std::size_t, std::string_view>> first;  // offset and line

  void Note(std::size_t offset, std::string_view line) {
    // Two signatures of an issue may match one line.
    if (!first.empty() && first.back().first == offset) return;
    ++lines;
    if (first.size() < kMaxEvidence) first.emplace_back(offset, line);
  }
};

// Counts line feeds once, up to the last offset asked for.
class LineNumbers {
 public:
  explicit LineNumbers(std::string_view text) : text_(text) {}

  std::size_t At(std::size_t offset) {
    if (offset < at_) {
      at_ = 0;
      line_ = 1;
    }
    while (at_ < offset) {
      const void* const found = std::memchr(text_.data() + at_, '\n', offset - at_);
      if (found == nullptr) break;
      at_ = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data()) + 1;
      ++line_;
    }
    return line_;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

std::vector<Evidence> ToEvidence(const Hit& hit, LineNumbers& numbers) {
  std::vector<Evidence> evidence;
  for (const auto& [offset, line] : hit.first) {
    evidence.push_back({.line = numbers.At(offset), .text = VisibleText(line, kMaxEvidenceBytes)});
  }
  return evidence;
}

std::size_t StageRank(std::string_view name) {
  const auto* const found =
      std::find_if(kStageOrder.begin(), kStageOrder.end(), [name](const StageKind& kind) { return kind.name == name; });
  return static_cast<std::size_t>(found - kStageOrder.begin());
}

int SeverityRank(const KnownIssueEntry& issue) {
  if (issue.severity == "failure") return 0;
  return IsBenign(issue) ? 2 : 1;
}

void KeepEarlier(std::string_view stage, std::string& first) {
  if (stage.empty()) return;
  if (first.empty() || StageRank(stage) < StageRank(first)) first = stage;
}

void AddOnce(const std::string& text, std::vector<std::string>& list) {
  if (text.empty() || list.size() >= kMaxNext || std::find(list.begin(), list.end(), text) != list.end()) return;
  list.push_back(text);
}

}  // namespace

tl::expected<Triage, std::string> Triage::Create(std::vector<KnownIssueEntry> issues, PlatformOf platform_of) {
  auto messages = LoadFailureMessages();
  if (!messages) return tl::unexpected(std::move(messages).error());
  std::vector<std::string> patterns;
  for (const KnownIssueEntry& issue : issues) {
    for (const Signature& signature : issue.signatures) patterns.push_back(signature.pattern);
  }
  for (const FailureMessage& message : *messages) patterns.push_back(message.pattern);
  for (std::string& pattern : FactPatterns()) patterns.push_back(std::move(pattern));
  auto scanner = LineScanner::Compile(patterns);
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

TriageResult Triage::Look(std::string_view log, const Circumstances& known) const {
  std::vector<Hit> issue_hits(issues_.size());
  std::vector<Hit> message_hits(messages_.size());
  LogFacts facts = {.known = known, .kind = {}};
  scanner_.Scan(log, [&](std::size_t pattern, std::size_t offset, std::string_view line) {
    if (pattern < issue_of_.size()) {
      issue_hits[issue_of_[pattern]].Note(offset, line);
    } else if (pattern - issue_of_.size() < messages_.size()) {
      message_hits[pattern - issue_of_.size()].Note(offset, line);
    } else {
      NoteFact(line, platform_of_, facts);
    }
  });

  TriageResult result;
  result.kind = facts.kind.empty() ? "log" : facts.kind;
  result.known = facts.known;
  LineNumbers numbers(log);
  std::set<std::size_t> explained;  // offsets of lines that belong to a known issue
  std::string stage_of_issue;
  for (std::size_t i = 0; i < issue_hits.size(); ++i) {
    if (issue_hits[i].lines == 0) continue;
    const KnownIssueEntry& issue = issues_[i];
    TriageIssue found = {.issue = i,
                         .contradiction = Contradiction(issue.conditions, result.known),
                         .lines = issue_hits[i].lines,
                         .evidence = ToEvidence(issue_hits[i], numbers)};
    if (!found.contradiction.empty()) {
      result.elsewhere.push_back(std::move(found));
      continue;
    }
    for (const auto& [offset, line] : issue_hits[i].first) explained.insert(offset);
    if (SeverityRank(issue) == 0) KeepEarlier(StagesOf(issue.kind).front(), stage_of_issue);
    result.issues.push_back(std::move(found));
  }
  std::stable_sort(result.issues.begin(), result.issues.end(), [this](const TriageIssue& a, const TriageIssue& b) {
    return SeverityRank(issues_[a.issue]) < SeverityRank(issues_[b.issue]);
  });
  for (std::size_t i = 0; i < message_hits.size(); ++i) {
    const Hit& hit = message_hits[i];
    if (hit.lines == 0) continue;
    KeepEarlier(messages_[i].stage, result.stage);
    const bool is_explained = std::all_of(hit.first.begin(), hit.first.end(),
                                          [&explained](const auto& line) { return explained.contains(line.first); });
    if (is_explained) continue;
    for (const auto& [offset, line] : hit.first) explained.insert(offset);
    result.unknown.push_back({.message = i, .lines = hit.lines, .evidence = ToEvidence(hit, numbers)});
  }
  KeepEarlier(stage_of_issue, result.stage);
  for (const TriageIssue& found : result.issues) {
    const KnownIssueEntry& issue = issues_[found.issue];
    if (IsBenign(issue)) continue;
    AddOnce(issue.workaround.empty() ? "" : issue.workaround + " (" + issue.id + ")", result.next);
    AddOnce(issue.fixed_in.empty() ? "" : "Fixed in " + issue.fixed_in + " (" + issue.id + ")", result.next);
  }
  for (std::size_t i = 0; i < message_hits.size(); ++i) {
    if (message_hits[i].lines > 0) AddOnce(messages_[i].next, result.next);
  }
  return result;
}

}  // namespace vfqual::reports
