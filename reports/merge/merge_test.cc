#include "reports/merge/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/fold/fold.h"
#include "reports/merge/natural_order.h"
#include "reports/model/read_report.h"
#include "reports/model/report_json.h"
#include "reports/testing/schema_check.h"

namespace vfqual::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

Report RunOf(const std::string& run, const std::string& started, const std::string& kernel, Verdict verdict,
             const std::string& module = "2026.03.05") {
  Report report;
  report.run = {.id = run, .tool = "vfqual", .started = started, .seconds = 10};
  CellReport cell;
  cell.id = kernel;
  cell.kernel.release = kernel;
  cell.platform.id = "ADL-N";
  cell.module.version = module;
  cell.verdict = cell.unexpected = verdict;
  report.verdict = report.unexpected = verdict;
  report.cells.push_back(cell);
  return report;
}

constexpr const char* kDay1 = "2026-11-01T00:00:00.000Z";
constexpr const char* kDay2 = "2026-11-02T00:00:00.000Z";
constexpr const char* kDay3 = "2026-11-03T00:00:00.000Z";

TEST(Merge, TheNewestResultCountsAndOlderOnesAreItsHistory) {
  const Report merged = Merge({RunOf("b", kDay2, "6.12", Verdict::kPass), RunOf("c", kDay3, "6.12", Verdict::kFail),
                               RunOf("a", kDay1, "6.12", Verdict::kPass)});
  ASSERT_EQ(merged.cells.size(), 1U);
  EXPECT_EQ(merged.verdict, Verdict::kFail);
  EXPECT_EQ(merged.cells[0].run, "c");
  EXPECT_THAT(merged.cells[0].history, ElementsAre(Field(&CellHistory::run, "b"), Field(&CellHistory::run, "a")));
  EXPECT_TRUE(IsFlaky(merged.cells[0]));
  EXPECT_EQ(CountPasses(merged.cells[0]).passed, 2U);
  EXPECT_EQ(CountPasses(merged.cells[0]).runs, 3U);
  EXPECT_EQ(merged.run.seconds, 30);
}

// The first cell, whatever the run around it.
std::string CellText(const Report& report) {
  Report only;
  only.cells = {report.cells.at(0)};
  return ReportJsonText(only);
}

TEST(Merge, MergingAgainChangesNothing) {
  const Report once = Merge({RunOf("a", kDay1, "6.12", Verdict::kPass), RunOf("b", kDay2, "6.12", Verdict::kPass)});
  const Report twice = Merge({once, once, RunOf("a", kDay1, "6.12", Verdict::kPass)});
  EXPECT_EQ(CellText(once), CellText(twice));
  EXPECT_FALSE(IsFlaky(twice.cells[0]));
}

TEST(Merge, ACellThatRanSeveralTimesInOneRunIsKOfN) {
  Report run = RunOf("a", kDay1, "6.12", Verdict::kFail);
  run.cells.front().id = "6.12#9";
  for (const auto& [id, verdict] : {std::pair("6.12#10", Verdict::kPass), {"6.12#11", Verdict::kSkip}}) {
    run.cells.push_back(run.cells.front());
    run.cells.back().id = id;
    run.cells.back().verdict = verdict;
  }
  std::swap(run.cells[0], run.cells[2]);
  const Report merged = Merge({run});
  ASSERT_EQ(merged.cells.size(), 1U);
  EXPECT_EQ(merged.cells[0].id, "6.12#11");
  EXPECT_THAT(merged.cells[0].history,
              ElementsAre(Field(&CellHistory::cell, "6.12#10"), Field(&CellHistory::cell, "6.12#9")));
  EXPECT_EQ(CountPasses(merged.cells[0]).passed, 1U);
  EXPECT_EQ(CountPasses(merged.cells[0]).runs, 2U);  // what was skipped is no run
  EXPECT_TRUE(IsFlaky(merged.cells[0]));
  EXPECT_EQ(CellText(Merge({merged, run})), CellText(merged));
}

TEST(Merge, OtherKernelsAndModulesAreOtherCells) {
  const Report merged = Merge({RunOf("a", kDay1, "6.12.9", Verdict::kPass), RunOf("b", kDay2, "6.9.1", Verdict::kPass),
                               RunOf("c", kDay3, "6.9.1", Verdict::kPass, "2026.05.06")});
  ASSERT_EQ(merged.cells.size(), 3U);
  EXPECT_EQ(merged.cells[0].kernel.release, "6.9.1");
  EXPECT_EQ(merged.cells[0].module.version, "2026.03.05");
  EXPECT_EQ(merged.cells[2].kernel.release, "6.12.9");
}

TEST(Merge, ADamagedRunStaysOne) {
  Report cut = RunOf("cut", kDay1, "6.12", Verdict::kPass);
  cut.reason = "the run ended here";
  const Report merged = Merge({cut, RunOf("b", kDay2, "6.13", Verdict::kPass)});
  EXPECT_EQ(merged.verdict, Verdict::kMiss);
  EXPECT_EQ(merged.unexpected, Verdict::kMiss);
  EXPECT_EQ(merged.reason, "cut: the run ended here");
}

TEST(Merge, TheBaselineIsThatOfTheSameKernel) {
  Report merged =
      Merge({RunOf("b", kDay2, "6.12", Verdict::kFail, "2026.05.06"), RunOf("c", kDay2, "6.13", Verdict::kPass)});
  SetBaseline(RunOf("a", kDay1, "6.12", Verdict::kPass), merged);
  EXPECT_EQ(merged.cells[0].baseline, Verdict::kPass);
  EXPECT_EQ(merged.cells[1].baseline, std::nullopt);
}

TEST(ReadReport, ReadsBackWhatWasWritten) {
  for (const char* name : {"passing", "failing"}) {
    const std::string text = ReadSourceFile(std::string("reports/testdata/") + name + ".report.json");
    const auto report = ReadReport(text);
    ASSERT_TRUE(report) << report.error();
    EXPECT_EQ(ReportJsonText(*report), text);
  }
  const Report merged = Merge(
      {Fold(ReadSourceFile("reports/testdata/passing.jsonl")), Fold(ReadSourceFile("reports/testdata/hostile.jsonl"))});
  const std::string text = ReportJsonText(merged);
  EXPECT_EQ(SchemaCheck("report.schema.json").Violations(nlohmann::json::parse(text)), "");
  EXPECT_EQ(ReportJsonText(*ReadReport(text)), text);
}

TEST(ReadReport, WhatIsNoReportIsAnError) {
  for (const char* text :
       {"", "[]", "{}", R"({"schema":"vfqual/report/2"})", R"({"schema":"vfqual/report/1","run":{},"cells":[1]})",
        R"({"schema":"vfqual/report/1","run":{"id":5},"cells":[]})",
        R"({"schema":"vfqual/report/1","run":{},"verdict":"GOOD","cells":[]})"}) {
    EXPECT_FALSE(ReadReport(text)) << text;
  }
}

TEST(NaturallyLess, CountsNumbers) {
  EXPECT_TRUE(NaturallyLess("6.9.1", "6.12.0"));
  EXPECT_FALSE(NaturallyLess("6.12.0", "6.9.1"));
  EXPECT_TRUE(NaturallyLess("6.12", "6.12.1"));
  EXPECT_FALSE(NaturallyLess("a", "a"));
  EXPECT_NE(NaturallyLess("007", "7"), NaturallyLess("7", "007"));
}

}  // namespace
}  // namespace vfqual::reports
