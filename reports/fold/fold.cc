#include "reports/fold/fold.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "reports/fold/journal_reader.h"
#include "reports/fold/run_builder.h"
#include "reports/issues/expectations.h"

namespace vfqual::reports {

namespace {

// What is wrong with more lines than this is counted, not told one by one.
constexpr std::size_t kMaxProblems = 100;

void NoteProblem(std::uint64_t line, const std::string& message, Report& report) {
  if (report.journal_problems.size() < kMaxProblems) {
    report.journal_problems.push_back({.line = line, .message = message});
  } else {
    ++report.journal_problems_left_out;
  }
}

void Blame(const std::string& reason, Report& report) {
  report.verdict = Worst(report.verdict, Verdict::kMiss);
  report.reason += (report.reason.empty() ? "" : "; ") + reason;
}

void DecideVerdict(const RunBuilder& run, std::uint64_t last_line, Report& report) {
  report.verdict = Verdict::kSkip;
  for (const CellReport& cell : report.cells) report.verdict = Worst(report.verdict, cell.verdict);
  if (last_line == 0) {
    Blame("the journal is empty", report);
    return;
  }
  if (run.run_end() == RunEnd::kCut)
    Blame(fmt::format("the run ended here: line {} of the journal", last_line), report);
  if (run.run_end() == RunEnd::kGivenUp) {
    Blame(run.given_up_reason().empty() ? "the run was given up" : run.given_up_reason(), report);
  }
  if (report.cells.empty()) Blame("no cell was started", report);
  if (!report.journal_problems.empty()) {
    const JournalProblem& first = report.journal_problems.front();
    Blame(fmt::format("the journal is damaged: line {} {}", first.line, first.message), report);
  }
}

}  // namespace

Report Fold(std::string_view journal, const KnownIssues* known_issues) {
  Report report;
  RunBuilder run(known_issues);
  JournalReader reader(journal);
  std::uint64_t last_line = 0;
  while (const auto line = reader.Next()) {
    last_line = line->number;
    std::string problem = line->problem;
    if (line->event != nullptr) {
      EventFields fields(*line->event);
      run.Apply(fields);
      if (problem.empty()) problem = fields.problem();
    }
    if (problem.empty()) continue;
    NoteProblem(line->number, problem, report);
    run.NoteDamage(fmt::format("line {} of the journal {}", line->number, problem));
  }
  run.FinishInto(report);
  DecideVerdict(run, last_line, report);
  ApplyExpectations({}, report);
  return report;
}

}  // namespace vfqual::reports
