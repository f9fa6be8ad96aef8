#include "reports/render/summary_markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/fold/fold.h"
#include "reports/model/text.h"
#include "reports/testing/schema_check.h"

namespace vfqual::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Summary(const char* journal) {
  return SummaryMarkdown(Fold(ReadSourceFile(std::string("reports/testdata/") + journal)));
}

TEST(SummaryMarkdown, BeginsWithTheVerdictAndTheLabel) {
  EXPECT_THAT(Summary("passing.jsonl"),
              StartsWith("# vfqual: ✅ PASS\n\n> **Lab result: the GPU is a stand-in**\n\n1 cell, 74.2 s, "));
  EXPECT_THAT(Summary("failing.jsonl"), Not(HasSubstr("Lab result")));
}

TEST(SummaryMarkdown, TellsTheFirstFailureFirst) {
  const std::string summary = Summary("failing.jsonl");
  const std::size_t boot = summary.find("- ❌ FAIL stage boot (vf2): the guest agent did not answer within 60 s");
  const std::size_t unload = summary.find("- 💥 ERROR stage unload (host): host.unload.leaves_no_vf");
  ASSERT_NE(boot, std::string::npos);
  ASSERT_NE(unload, std::string::npos);
  EXPECT_LT(boot, unload);
  EXPECT_LT(summary.find("<details open><summary>"), boot);
  EXPECT_GT(summary.find("\n</details>"), unload);
  EXPECT_THAT(summary, HasSubstr("[vf-flr-timeout](<https://github.com/strongtz/i915-sriov-dkms/issues/88>)"));
  EXPECT_THAT(summary, HasSubstr("- load: module i915 (not loaded → enable"));
}

TEST(SummaryMarkdown, PutsGuestsSideBySide) {
  const std::string summary = Summary("passing.jsonl");
  EXPECT_THAT(summary, HasSubstr("| Stage | vf1 | vf2 |\n|---|---|---|\n| boot | ✅ PASS 26.8 s | ✅ PASS 29.4 s |\n"));
  EXPECT_THAT(summary, HasSubstr("| bench.opencl_triad_bandwidth | 4.31 GB/s | 4.27 GB/s |\n"));
}

TEST(SummaryMarkdown, HostileTextStaysText) {
  const std::string summary = Summary("hostile.jsonl");
  EXPECT_THAT(summary, Not(HasSubstr("<img")));
  EXPECT_THAT(summary, Not(HasSubstr("</script>")));
  EXPECT_THAT(summary, Not(HasSubstr("<!--")));
  EXPECT_THAT(summary, Not(HasSubstr("[x](")));
  EXPECT_THAT(summary, Not(HasSubstr("\x1B")));
  EXPECT_THAT(summary, HasSubstr("&lt;/script&gt;"));
  EXPECT_TRUE(IsValidUtf8(summary));
}

TEST(SummaryMarkdown, ManyCellsBeginWithTheGridAndFoldTheRestAway) {
  Report report;
  report.cells.resize(3);
  report.cells[1].verdict = Verdict::kPass;
  report.cells[2].verdict = Verdict::kFail;
  for (int i = 0; i < 3; ++i) report.cells[static_cast<std::size_t>(i)].kernel.release = "6." + std::to_string(i);
  const std::string summary = SummaryMarkdown(report);
  EXPECT_THAT(summary, HasSubstr("| Kernel |  |\n|---|---|\n| 6.0 | ❓ MISS<br>platform unknown |\n| 6.1 | ✅ PASS"));
  EXPECT_LT(summary.find("| 6.2 |"), summary.find("<details><summary>❌ FAIL 6.2</summary>"));
  EXPECT_LT(summary.find("## ❌ FAIL: 6.2"), summary.find("## ❓ MISS: 6.0"));
  EXPECT_LT(summary.find("## ❓ MISS: 6.0"), summary.find("## ✅ PASS: 6.1"));
}

TEST(SummaryMarkdown, StaysBelowTheLimitWhateverTheRun) {
  Report report;
  CellReport cell;
  cell.verdict = Verdict::kFail;
  cell.guests.resize(40);
  StageReport boot;
  boot.name = "boot";
  boot.verdict = Verdict::kFail;
  boot.reason = std::string(2'000, '&');
  TestReport test;
  test.stage = "boot";
  test.path = std::string(500, '<');
  test.reason = std::string(2'000, '|');
  MetricReport metric;
  metric.path = "m";
  metric.reason = std::string(2'000, '<');
  cell.stages = {boot};
  for (GuestReport& guest : cell.guests) {
    guest.stages = {boot};
    guest.tests.resize(200, test);
    guest.metrics.resize(200, metric);
  }
  report.cells.assign(3, cell);
  const std::string summary = SummaryMarkdown(report);
  EXPECT_LE(summary.size(), kMaxSummaryBytes);
  EXPECT_TRUE(IsValidUtf8(summary));
  EXPECT_THAT(summary, HasSubstr("There was no room for 3 more cells"));
  report.cells.resize(1);
  const std::string alone = SummaryMarkdown(report);
  EXPECT_LE(alone.size(), kMaxSummaryBytes);
  EXPECT_THAT(alone, HasSubstr("There was no room for the rest of this cell"));
}

}  // namespace
}  // namespace vfqual::reports
