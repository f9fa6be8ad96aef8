#include "harness/lab/lost_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "harness/base/temporary_folder.h"
#include "reports/events/event_writer.h"
#include "reports/fold/fold.h"

namespace vfqual {
namespace {

using reports::Verdict;
using testing::HasSubstr;

LostRun Lost() {
  LostRun lost;
  lost.death = {"the kernel panicked", {"Kernel panic - not syncing", "Call Trace:"}};
  lost.tool = "vfqual 0.1.0";
  lost.kernel_release = "6.12.107+deb13-amd64";
  lost.distribution = "debian 13";
  lost.plan_json = "{}";
  lost.seconds = 12;
  return lost;
}

// The journal of a run that built its module and was loading it.
std::string JournalUntil(Verdict build_verdict) {
  const auto folder = TemporaryFolder::Make("vfqual-lost-test");
  const auto file = folder->Path() / "events.jsonl";
  auto writer = reports::EventWriter::Create(file.string());
  reports::CellFacts facts;
  facts.kernel = {"6.12.107+deb13-amd64", "debian 13"};
  (*writer)->Write(reports::RunStarted("run-1", "vfqual 0.1.0", {}));
  (*writer)->Write(reports::CellStarted("cell-1", facts));
  (*writer)->Write(reports::StageStarted({"cell-1", std::nullopt, "build"}));
  (*writer)->Write(reports::StageEnded({"cell-1", std::nullopt, "build"}, {build_verdict, 24.0, "because", ""}));
  (*writer)->Write(reports::StageEnded({"cell-1", std::nullopt, "install"}, {Verdict::kPass, 5.0, "", ""}));
  (*writer)->Write(reports::StageStarted({"cell-1", std::nullopt, "load"}));
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(EndedJournal, OfARunThatNeverBeganIsMissWithItsReason) {
  const auto report = reports::Fold(EndedJournal("", Lost()));
  EXPECT_EQ(report.verdict, Verdict::kMiss);
  ASSERT_EQ(report.cells.size(), 1U);
  EXPECT_EQ(report.cells[0].kernel.release, "6.12.107+deb13-amd64");
  EXPECT_FALSE(report.cells[0].platform.hardware);
  ASSERT_EQ(report.cells[0].warnings.size(), 1U);
  EXPECT_THAT(report.cells[0].warnings[0].message, HasSubstr("Call Trace:"));
}

TEST(EndedJournal, KeepsWhatWasDoneBefore) {
  const auto report = reports::Fold(EndedJournal(JournalUntil(Verdict::kPass) + "{\"seq\": 5, \"half a li", Lost()));
  EXPECT_EQ(report.verdict, Verdict::kMiss);
  ASSERT_EQ(report.cells.size(), 1U);
  const auto& cell = report.cells[0];
  EXPECT_EQ(cell.first_failure, "load");
  EXPECT_EQ(cell.stages[0].verdict, Verdict::kPass);
  EXPECT_EQ(cell.stages[0].seconds, 24.0);
  ASSERT_EQ(cell.warnings.size(), 1U);
  EXPECT_EQ(cell.warnings[0].stage, "load");
}

TEST(EndedJournal, DoesNotHideAFailure) {
  EXPECT_EQ(reports::Fold(EndedJournal(JournalUntil(Verdict::kFail), Lost())).verdict, Verdict::kFail);
}

TEST(WriteLostRun, LeavesAWholeRunFolder) {
  const auto folder = TemporaryFolder::Make("vfqual-lost-test");
  auto lost = Lost();
  lost.journal = folder->Path() / "none";
  const auto written = WriteLostRun(lost, folder->Path() / "run");
  ASSERT_TRUE(written) << written.error().Message();
  for (const char* name : {"events.jsonl", "report.json", "report.html", "summary.md"}) {
    EXPECT_TRUE(std::filesystem::exists(folder->Path() / "run" / name)) << name;
  }
}

}  // namespace
}  // namespace vfqual
