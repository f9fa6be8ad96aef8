// The report of a run, as `vfqual/report/1` holds it (reports/schema/report.schema.json). It is made by Fold from the
// journal alone. All text in it is visible, bounded text (model/text.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/facts.h"
#include "reports/model/verdict.h"

namespace vfqual::reports {

struct StageReport {
  std::string name;
  Verdict verdict = Verdict::kSkip;
  double seconds = 0;  // of a guest stage on the host's list: the slowest guest's
  std::string reason;
  std::string log;      // relative to the run folder; may be empty
  std::string started;  // RFC 3339; empty when it never started
};

struct TestReport {
  std::string stage;
  std::string path;
  Verdict verdict = Verdict::kMiss;
  double seconds = 0;
  std::string reason;
};

struct MetricReport {
  std::string stage;
  std::string path;
  std::optional<double> value;  // nothing: it was not finite, the reason says so
  std::string unit;
  std::vector<double> samples;
  std::string reason;
};

struct WarningReport {
  std::optional<std::string> guest;
  std::string stage;
  std::string message;
};

struct KernelLogLine {
  std::optional<std::string> guest;
  std::string stage;
  std::int64_t uptime_us = 0;
  int level = 0;
  std::string message;
};

struct KnownIssueMatch {
  std::string id;
  std::string url;
  std::optional<std::string> guest;
  std::string stage;
  std::string line;      // the first that matched
  std::string severity;  // "failure", "warning" or "benign"; empty where the journal alone names the issue
  std::string title;
  std::string workaround;
  std::uint64_t lines = 1;  // that matched at this place
};

// What became of an expectation (reports/expectations/) that applies to the cell.
enum class ExpectationState : std::uint8_t {
  kExpectedFailure,  // it failed, as expected
  kUnexpectedPass,   // it did not fail: the expectation may go
  kExpired,          // it failed, but the expectation's time is over: the failure counts
  kMissing,          // there is no such result
};

struct ExpectationOutcome {
  std::string id;
  std::string path;                  // of the test, or "stage.NAME"
  std::optional<std::string> guest;  // nothing: the host
  ExpectationState state = ExpectationState::kMissing;
  std::string url;
  std::string reason;
  std::string expires;  // "2027-03-01"
};

// An older result of the same cell, in a report that was merged from several.
struct CellHistory {
  std::string run;
  std::string started;
  std::string cell;  // its id in that run
  Verdict verdict = Verdict::kMiss;
  std::optional<std::string> first_failure;
};

struct GuestReport {
  GuestFacts facts;
  Verdict verdict = Verdict::kMiss;
  std::vector<StageReport> stages;  // all guest stages, in kStageOrder
  std::vector<TestReport> tests;
  std::vector<MetricReport> metrics;
};

struct CellReport {
  std::string id;
  Verdict verdict = Verdict::kMiss;
  std::string reason;                        // why it is worse than its stages; else empty
  std::optional<std::string> first_failure;  // the first stage that is FAIL, ERROR or MISS
  KernelFacts kernel;
  PlatformFacts platform;
  ModuleFacts module;
  std::vector<StageReport> stages;  // all stages, in kStageOrder; a guest stage is the worst over the guests
  std::vector<GuestReport> guests;
  std::vector<TestReport> host_tests;
  std::vector<MetricReport> host_metrics;
  std::vector<WarningReport> warnings;
  std::vector<KnownIssueMatch> known_issues;
  std::vector<KernelLogLine> kernel_log;
  std::uint64_t kernel_log_left_out = 0;  // lines beyond what the report keeps; the journal has them
  Verdict unexpected = Verdict::kMiss;    // the verdict without what was expected to fail
  std::vector<ExpectationOutcome> expectations;
  std::string run;                   // where the cell comes from in a merged report; else empty
  std::string started;               // that run's start; else empty
  std::optional<Verdict> baseline;   // of the same cell in the report that a merged one is held against
  std::vector<CellHistory> history;  // older results, newest first, of a merged report
};

struct ChangeReport {
  int id = 0;
  std::string what;
  std::string target;
  std::string before;
  std::string after;
  std::optional<std::string> undone;  // how; nothing: the host was left changed
};

// A line of the journal that could not be used as it stood.
struct JournalProblem {
  std::uint64_t line = 0;  // counts from 1
  std::string message;
};

struct RunReport {
  std::string id;
  std::string tool;
  std::string started;  // RFC 3339; empty when the journal does not say
  double seconds = 0;
};

struct Report {
  RunReport run;
  Verdict verdict = Verdict::kMiss;
  Verdict unexpected = Verdict::kMiss;  // without what was expected to fail: this decides the exit code
  std::string reason;                   // why it is worse than its cells; else empty
  std::vector<CellReport> cells;
  std::vector<ChangeReport> changes;
  std::vector<JournalProblem> journal_problems;
  std::uint64_t journal_problems_left_out = 0;  // beyond those that the report tells one by one
};

}  // namespace vfqual::reports
