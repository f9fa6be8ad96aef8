#include "reports/render/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/fold/fold.h"
#include "reports/model/text.h"
#include "reports/testing/schema_check.h"

namespace vfqual::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Report GoldenReport(const char* journal) {
  return Fold(ReadSourceFile(std::string("reports/testdata/") + journal));
}

TEST(TerminalText, ShowsTheFailureAndWhatMayBeBehindIt) {
  const std::string text = TerminalText(GoldenReport("failing.jsonl"), false);
  EXPECT_THAT(text, HasSubstr("  FAIL  boot            60.0 s  vf2: the guest agent did not answer within 60 s"));
  EXPECT_THAT(text, HasSubstr("known issue vf-flr-timeout https://github.com/strongtz/i915-sriov-dkms/issues/88"));
  EXPECT_THAT(text, HasSubstr("left changed on the host: load module i915\n"));
  EXPECT_THAT(text, HasSubstr("verdict: FAIL"));
}

TEST(TerminalText, LabelsLabResults) {
  EXPECT_THAT(TerminalText(GoldenReport("passing.jsonl"), false), HasSubstr("Lab result: the GPU is a stand-in"));
}

TEST(TerminalText, AGuestCannotReachTheTerminal) {
  EXPECT_THAT(TerminalText(GoldenReport("hostile.jsonl"), false), Not(HasSubstr("\x1B")));
}

TEST(TerminalText, TheGridLinesUpAndLabelsTheLab) {
  Report report;
  for (const char* platform : {"ADL-N", "lab"}) {
    CellReport cell;
    cell.kernel.release = std::string("6.12.107+deb13-amd64-with-a-long-name-„ü“") + platform;
    cell.platform = {.id = platform, .name = "", .hardware = platform[0] == 'A', .pf = {}};
    cell.verdict = cell.unexpected = Verdict::kPass;
    cell.baseline = Verdict::kFail;
    report.cells.push_back(cell);
  }
  report.cells[0].expectations.push_back({.id = "e",
                                          .path = "va.decode",
                                          .guest = "vf1",
                                          .state = ExpectationState::kUnexpectedPass,
                                          .url = "https://example.org/1",
                                          .reason = "known",
                                          .expires = "2027-01-01"});
  const std::string text = TerminalText(report, false);
  EXPECT_THAT(text, HasSubstr("PASS ▲   no data\n"));
  EXPECT_THAT(text, HasSubstr("no data  PASS lab ▲\n"));
  EXPECT_THAT(text, HasSubstr("unexpected pass: vf1 va.decode (known, until 2027-01-01, https://example.org/1)"));
  EXPECT_TRUE(IsValidUtf8(text));
}

TEST(TerminalText, ColoursOnlyWhenAsked) {
  EXPECT_THAT(TerminalText(GoldenReport("passing.jsonl"), true), HasSubstr("\x1b[32mPASS \x1b[0m"));
}

}  // namespace
}  // namespace vfqual::reports
