#include "harness/cli/report_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "reports/testing/schema_check.h"
#include "reports/testing/temp_folder.h"

namespace vfqual {
namespace {

using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

struct Outcome {
  int exit_code = 0;
  std::string out;
  std::string err;
};

Outcome RunReport(std::vector<std::string> arguments) {
  CLI::App app;
  CommandOutcome command;
  AddReportCommand(app, command);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  CaptureStdout();
  CaptureStderr();
  app.parse(arguments);
  // In this order: the exit code is final, then what was printed.
  Outcome outcome = {.exit_code = command.exit_code, .out = {}, .err = {}};
  outcome.out = GetCapturedStdout();
  outcome.err = GetCapturedStderr();
  return outcome;
}

class ReportCommand : public ::testing::Test {
 protected:
  std::string Run(const std::string& journal) {
    folder_.Write("events.jsonl", reports::ReadSourceFile("reports/testdata/" + journal));
    return folder_.Path();
  }

  reports::TempFolder folder_;
};

TEST_F(ReportCommand, FoldWritesTheReportsAndExitsWithTheVerdict) {
  const Outcome passing = RunReport({"report", "fold", Run("passing.jsonl")});
  EXPECT_EQ(passing.exit_code, 0);
  EXPECT_THAT(passing.out, HasSubstr("verdict: PASS"));
  EXPECT_THAT(passing.out, HasSubstr(folder_.Path("report.html")));
  EXPECT_EQ(folder_.Read("report.json"), reports::ReadSourceFile("reports/testdata/passing.report.json"));
  EXPECT_EQ(RunReport({"report", "fold", Run("failing.jsonl")}).exit_code, 1);
  folder_.Write("events.jsonl", "cut");
  EXPECT_EQ(RunReport({"report", "fold", folder_.Path()}).exit_code, 3);
}

TEST_F(ReportCommand, ShowWritesNothing) {
  const Outcome shown = RunReport({"report", "show", Run("failing.jsonl")});
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_THAT(shown.out, HasSubstr("FAIL  boot"));
  EXPECT_EQ(folder_.Read("report.json"), "");
}

TEST_F(ReportCommand, JsonIsTheReport) {
  const Outcome shown = RunReport({"report", "show", "--json", Run("failing.jsonl")});
  EXPECT_EQ(shown.out, reports::ReadSourceFile("reports/testdata/failing.report.json"));
}

TEST_F(ReportCommand, MergeAndCompareReadJournalsAndMergedReports) {
  const reports::TempFolder other;
  other.Write("events.jsonl", reports::ReadSourceFile("reports/testdata/failing.jsonl"));
  const std::string merged = folder_.Path("merged");
  const std::string passing = Run("passing.jsonl");
  EXPECT_EQ(RunReport({"report", "merge", passing, other.Path(), "--out", merged}).exit_code, 1);
  EXPECT_THAT(RunReport({"report", "show", merged}).out, HasSubstr("verdict: FAIL"));
  EXPECT_EQ(RunReport({"report", "compare", passing, merged}).exit_code, 0);
  EXPECT_EQ(RunReport({"report", "compare", passing, passing}).exit_code, 0);
  EXPECT_EQ(RunReport({"report", "compare", passing, folder_.Path("none")}).exit_code, 2);
}

TEST_F(ReportCommand, AFolderOfKnownIssuesReplacesTheProgramsOwn) {
  const reports::TempFolder issues;
  issues.Write("broken.json", "{");
  const Outcome outcome = RunReport({"report", "show", "--known-issues", issues.Path(), Run("passing.jsonl")});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("broken.json"));
}

TEST_F(ReportCommand, AFolderWithoutAJournalIsAWrongArgument) {
  for (const char* command : {"fold", "show"}) {
    const Outcome outcome = RunReport({"report", command, folder_.Path()});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr(folder_.Path() + " holds no events.jsonl"));
    EXPECT_THAT(outcome.err, HasSubstr("fix: "));
  }
}

TEST_F(ReportCommand, AReportThatCannotBeWrittenIsNoWrongArgument) {
  const std::string folder = Run("passing.jsonl");
  std::filesystem::create_directory(folder_.Path("report.json"));
  const Outcome outcome = RunReport({"report", "fold", folder});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("cannot write " + folder_.Path("report.json")));
}

}  // namespace
}  // namespace vfqual
