#include "reports/triage/triage_scan.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "reports/model/stage_order.h"
#include "reports/model/text.h"

namespace vfqual::reports {

namespace {

constexpr std::size_t kMaxEvidence = 3;
constexpr std::size_t kMaxScanEvidenceBytes = 500;
constexpr std::size_t kMaxNext = 8;

// Of the whole lines at the text's beginning.
std::size_t WholeLineBytes(std::string_view text) {
  const void* const last = memrchr(text.data(), '\n', text.size());
  return last == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(last) - text.data()) + 1;
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

bool IsAmong(std::size_t line, const std::vector<std::size_t>& lines) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

}  // namespace

tl::expected<TriageScan, std::string> TriageScan::Begin(const Triage& triage, const Circumstances& known) {
  auto scanner = triage.scanner().Clone();
  if (!scanner) return tl::unexpected(std::move(scanner).error());
  return TriageScan(triage, known, *std::move(scanner));
}

TriageScan::TriageScan(const Triage& triage, const Circumstances& known, LineScanner scanner)
    : triage_(&triage),
      scanner_(std::move(scanner)),
      facts_{.known = known, .kind = {}},
      issue_hits_(triage.issues().size()),
      message_hits_(triage.messages().size()) {}

void TriageScan::Add(std::string_view piece) {
  if (!rest_.empty()) {
    const std::size_t end = piece.find('\n');
    const std::size_t taken = end == std::string_view::npos ? piece.size() : end + 1;
    rest_ += piece.substr(0, taken);
    piece.remove_prefix(taken);
    if (end == std::string_view::npos && rest_.size() < kMaxLineBytes) return;
    ScanLines(std::exchange(rest_, {}));
  }
  const std::size_t whole = WholeLineBytes(piece);
  ScanLines(piece.substr(0, whole));
  rest_ = piece.substr(whole);
}

void TriageScan::ScanLines(std::string_view lines) {
  if (lines.empty()) return;
  counter_.Begin(lines);
  scanner_.Scan(lines, [this](std::size_t pattern, std::size_t offset, std::string_view line) {
    NoteMatch(pattern, counter_.NumberAt(offset), line);
  });
  counter_.Begin({});
}

void TriageScan::NoteMatch(std::size_t pattern, std::size_t line_number, std::string_view line) {
  const std::optional<std::size_t> issue = triage_->IssueOfPattern(pattern);
  const std::optional<std::size_t> message = triage_->MessageOfPattern(pattern);
  if (!issue && !message) {
    triage_->ReadFact(pattern, line, facts_);
    return;
  }
  Hits& hits = issue ? issue_hits_[*issue] : message_hits_[*message];
  // Two signatures of an issue may match one line.
  if (std::exchange(hits.last_line, line_number) == line_number) return;
  ++hits.lines;
  if (hits.first.size() < kMaxEvidence)
    hits.first.push_back({.line = line_number, .text = VisibleText(line, kMaxScanEvidenceBytes)});
}

void TriageScan::Append(TriageScan later) {
  ScanLines(std::exchange(rest_, {}));
  later.ScanLines(std::exchange(later.rest_, {}));
  const std::size_t lines_before = counter_.number() - 1;
  AppendHits(std::move(later.issue_hits_), lines_before, issue_hits_);
  AppendHits(std::move(later.message_hits_), lines_before, message_hits_);
  counter_.Skip(later.counter_.number() - 1);
  AddFacts(later.facts_, facts_);
}

void TriageScan::AppendHits(std::vector<Hits> later, std::size_t lines_before, std::vector<Hits>& hits) {
  for (std::size_t i = 0; i < hits.size(); ++i) {
    hits[i].lines += later[i].lines;
    for (Evidence& line : later[i].first) {
      if (hits[i].first.size() == kMaxEvidence) break;
      hits[i].first.push_back({.line = line.line + lines_before, .text = std::move(line.text)});
    }
  }
}

TriageResult TriageScan::Finish() {
  ScanLines(rest_);
  TriageResult result;
  result.kind = facts_.kind.empty() ? "log" : facts_.kind;
  result.known = facts_.known;
  std::vector<std::size_t> explained;  // lines that belong to a known issue
  FinishIssues(result, explained);
  FinishMessages(result, explained);
  FinishNext(result);
  return result;
}

void TriageScan::FinishIssues(TriageResult& result, std::vector<std::size_t>& explained) {
  const auto& issues = triage_->issues();
  for (std::size_t i = 0; i < issue_hits_.size(); ++i) {
    Hits& hits = issue_hits_[i];
    if (hits.lines == 0) continue;
    TriageIssue found = {.issue = i,
                         .contradiction = Contradiction(issues[i].conditions, result.known),
                         .lines = hits.lines,
                         .evidence = std::move(hits.first)};
    if (!found.contradiction.empty()) {
      result.elsewhere.push_back(std::move(found));
      continue;
    }
    for (const Evidence& line : found.evidence) explained.push_back(line.line);
    if (SeverityRank(issues[i]) == 0) KeepEarlier(StagesOf(issues[i].kind).front(), result.stage);
    result.issues.push_back(std::move(found));
  }
  std::stable_sort(result.issues.begin(), result.issues.end(), [&issues](const TriageIssue& a, const TriageIssue& b) {
    return SeverityRank(issues[a.issue]) < SeverityRank(issues[b.issue]);
  });
}

void TriageScan::FinishMessages(TriageResult& result, std::vector<std::size_t>& explained) {
  for (std::size_t i = 0; i < message_hits_.size(); ++i) {
    Hits& hits = message_hits_[i];
    if (hits.lines == 0) continue;
    KeepEarlier(triage_->messages()[i].stage, result.stage);
    const bool is_explained = std::all_of(hits.first.begin(), hits.first.end(),
                                          [&explained](const Evidence& line) { return IsAmong(line.line, explained); });
    if (is_explained) continue;
    for (const Evidence& line : hits.first) explained.push_back(line.line);
    result.unknown.push_back({.message = i, .lines = hits.lines, .evidence = std::move(hits.first)});
  }
}

void TriageScan::FinishNext(TriageResult& result) const {
  for (const TriageIssue& found : result.issues) {
    const KnownIssueEntry& issue = triage_->issues()[found.issue];
    if (IsBenign(issue)) continue;
    AddOnce(issue.workaround.empty() ? "" : issue.workaround + " (" + issue.id + ")", result.next);
    AddOnce(issue.fixed_in.empty() ? "" : "Fixed in " + issue.fixed_in + " (" + issue.id + ")", result.next);
  }
  for (std::size_t i = 0; i < message_hits_.size(); ++i) {
    if (message_hits_[i].lines > 0) AddOnce(triage_->messages()[i].next, result.next);
  }
}

}  // namespace vfqual::reports
