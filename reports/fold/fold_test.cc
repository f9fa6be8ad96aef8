#include "reports/fold/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "reports/testing/journal_text.h"

namespace vfqual::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using enum Verdict;

const StageReport& Stage(const std::vector<StageReport>& stages, std::string_view name) {
  return *std::find_if(stages.begin(), stages.end(), [name](const StageReport& stage) { return stage.name == name; });
}

Place OnHost(const char* stage) {
  return {.cell = "c", .guest = std::nullopt, .stage = stage};
}

Place InGuest(const char* guest, const char* stage) {
  return {.cell = "c", .guest = guest, .stage = stage};
}

JournalText Begin() {
  JournalText journal;
  journal.Add(RunStarted("r", "vfqual", nullptr)).Add(CellStarted("c", {}));
  return journal;
}

void RunStage(JournalText& journal, const Place& place, Verdict verdict = kPass, const std::string& reason = "") {
  journal.Add(StageStarted(place)).Add(StageEnded(place, {verdict, 1, reason, ""}));
}

Report FoldComplete(JournalText& journal) {
  return Fold(journal.Add(RunEnded(1)).text());
}

TEST(Fold, AnEmptyJournalIsMiss) {
  for (const char* text : {"", "\n", "\r\n\n"}) {
    const Report report = Fold(text);
    EXPECT_EQ(report.verdict, kMiss);
    EXPECT_EQ(report.reason, "the journal is empty");
  }
}

TEST(Fold, AJournalWithoutACellIsMiss) {
  JournalText journal;
  journal.Add(RunStarted("r", "vfqual", nullptr));
  const Report report = FoldComplete(journal);
  EXPECT_EQ(report.verdict, kMiss);
  EXPECT_EQ(report.reason, "no cell was started");
}

TEST(Fold, ACellWithoutAStageIsMiss) {
  JournalText journal = Begin();
  const Report report = FoldComplete(journal);
  EXPECT_EQ(report.verdict, kMiss);
  EXPECT_EQ(report.cells[0].first_failure, "build");
  EXPECT_EQ(Stage(report.cells[0].stages, "build").reason, "no stage was run");
}

TEST(Fold, AGuestWithoutAStageIsMiss) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  journal.Add(GuestStarted("c", {"vf1", "", "", ""}));
  RunStage(journal, OnHost("unload"));
  const Report report = FoldComplete(journal);
  EXPECT_EQ(report.verdict, kMiss);
  EXPECT_EQ(report.cells[0].guests[0].verdict, kMiss);
  EXPECT_EQ(report.cells[0].first_failure, "boot");
}

TEST(Fold, NoStageIsAbsent) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  journal.Add(GuestStarted("c", {"vf1", "", "", ""}));
  RunStage(journal, InGuest("vf1", "boot"));
  const Report report = FoldComplete(journal);
  EXPECT_EQ(report.verdict, kPass);
  EXPECT_EQ(report.cells[0].first_failure, std::nullopt);
  ASSERT_THAT(report.cells[0].stages, SizeIs(14));
  EXPECT_THAT(report.cells[0].guests[0].stages, SizeIs(6));
  EXPECT_EQ(Stage(report.cells[0].stages, "install").verdict, kSkip);
  EXPECT_EQ(Stage(report.cells[0].stages, "install").reason, "not run");
  EXPECT_EQ(Stage(report.cells[0].stages, "probe").reason, "not run");
}

TEST(Fold, StagesAfterAFailureNameIt) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  RunStage(journal, OnHost("load"), kFail, "-ENODEV");
  RunStage(journal, OnHost("unload"));
  const Report report = FoldComplete(journal);
  const CellReport& cell = report.cells[0];
  EXPECT_EQ(cell.verdict, kFail);
  EXPECT_EQ(cell.first_failure, "load");
  EXPECT_EQ(Stage(cell.stages, "install").reason, "not run");
  for (const char* later : {"pf", "vfs", "bind", "boot", "bench", "recover"}) {
    EXPECT_EQ(Stage(cell.stages, later).verdict, kSkip) << later;
    EXPECT_EQ(Stage(cell.stages, later).reason, "after load failed") << later;
  }
  EXPECT_EQ(Stage(cell.stages, "unload").verdict, kPass);
}

TEST(Fold, AFailedGuestDoesNotStopTheOthers) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  RunStage(journal, InGuest("vf1", "boot"));
  RunStage(journal, InGuest("vf2", "boot"), kFail, "no agent");
  RunStage(journal, InGuest("vf1", "probe"));
  const Report report = FoldComplete(journal);
  const CellReport& cell = report.cells[0];
  EXPECT_EQ(cell.first_failure, "boot");
  EXPECT_EQ(Stage(cell.stages, "boot").reason, "vf2: no agent");
  EXPECT_EQ(Stage(cell.stages, "probe").verdict, kPass);
  EXPECT_EQ(cell.guests[0].verdict, kPass);
  EXPECT_EQ(Stage(cell.guests[0].stages, "media").reason, "not run");
  EXPECT_EQ(cell.guests[1].verdict, kFail);
  EXPECT_EQ(Stage(cell.guests[1].stages, "probe").reason, "after boot failed");
  EXPECT_EQ(Stage(cell.stages, "unload").reason, "after boot failed");
}

TEST(Fold, AStageOfGuestsNamesThoseThatAreWorst) {
  JournalText journal = Begin();
  for (const char* guest : {"vf1", "vf2", "vf3", "vf4"}) RunStage(journal, InGuest(guest, "boot"));
  RunStage(journal, InGuest("vf1", "probe"), kFail, "a");
  RunStage(journal, InGuest("vf2", "probe"), kFail, "b");
  RunStage(journal, InGuest("vf3", "probe"), kFail, "a");
  RunStage(journal, InGuest("vf4", "probe"), kError, "z");
  const Report report = FoldComplete(journal);
  EXPECT_EQ(Stage(report.cells[0].stages, "probe").verdict, kFail);
  EXPECT_EQ(Stage(report.cells[0].stages, "probe").reason, "vf1, vf3: a; vf2: b");
}

TEST(Fold, WhatTheHostSaysOfAGuestStageHoldsForAllGuests) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  RunStage(journal, InGuest("vf1", "boot"));
  journal.Add(StageEnded(OnHost("media"), {kSkip, 0, "not selected", ""}));
  const Report report = FoldComplete(journal);
  EXPECT_EQ(Stage(report.cells[0].stages, "media").reason, "not selected");
  EXPECT_EQ(Stage(report.cells[0].guests[0].stages, "media").reason, "not selected");
}

TEST(Fold, AStageThatNeverEndedIsMiss) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  journal.Add(StageStarted(OnHost("install")));
  const Report cut = Fold(journal.text());
  EXPECT_EQ(cut.verdict, kMiss);
  EXPECT_EQ(cut.reason, "the run ended here: line 5 of the journal");
  EXPECT_EQ(cut.cells[0].first_failure, "install");
  EXPECT_EQ(Stage(cut.cells[0].stages, "install").reason, "the run ended here");
  EXPECT_EQ(Stage(cut.cells[0].stages, "load").reason, "after install failed");
  EXPECT_EQ(cut.run.seconds, 4);
  const Report whole = FoldComplete(journal);
  EXPECT_EQ(whole.verdict, kMiss);
  EXPECT_EQ(Stage(whole.cells[0].stages, "install").reason, "was started and never ended");
}

TEST(Fold, ACellThatTheRunDidNotFinishIsMiss) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  const Report report = Fold(journal.text());
  EXPECT_EQ(report.cells[0].verdict, kMiss);
  EXPECT_EQ(report.cells[0].first_failure, "install");
  EXPECT_EQ(Stage(report.cells[0].stages, "install").reason, "the run ended before this stage");
}

TEST(Fold, AGivenUpRunIsMissWithItsReason) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  journal.Add(RunEnded(1, false, "no libvirt"));
  const Report report = Fold(journal.text());
  EXPECT_EQ(report.verdict, kMiss);
  EXPECT_EQ(report.reason, "no libvirt");
}

TEST(Fold, AFailureOutweighsACutRun) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"), kFail, "make");
  EXPECT_EQ(Fold(journal.text()).verdict, kFail);
}

TEST(Fold, AFailedTestFailsTheStageThatSaysPass) {
  JournalText journal = Begin();
  RunStage(journal, InGuest("vf1", "boot"));
  journal.Add(StageStarted(InGuest("vf1", "compute")))
      .Add(TestEnded(InGuest("vf1", "compute"), {"opencl.saxpy", kFail, 1, "sum is 3"}))
      .Add(TestEnded(InGuest("vf1", "compute"), {"opencl.list", kPass, 1, ""}))
      .Add(StageEnded(InGuest("vf1", "compute"), {kPass, 1, "", ""}));
  const Report report = FoldComplete(journal);
  EXPECT_EQ(report.verdict, kFail);
  EXPECT_EQ(Stage(report.cells[0].guests[0].stages, "compute").reason, "opencl.saxpy: sum is 3");
  EXPECT_THAT(report.cells[0].guests[0].tests, SizeIs(2));
}

TEST(Fold, AStagesOwnReasonForItsFailureStays) {
  JournalText journal = Begin();
  journal.Add(StageStarted(OnHost("pf")))
      .Add(TestEnded(OnHost("pf"), {"t", kFail, 1, "x"}))
      .Add(StageEnded(OnHost("pf"), {kFail, 1, "1 of 9 tests failed", ""}));
  EXPECT_EQ(Stage(FoldComplete(journal).cells[0].stages, "pf").reason, "1 of 9 tests failed");
}

TEST(Fold, ATestInAStageThatNeverStartedIsNoPass) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  journal.Add(TestEnded(OnHost("pf"), {"t", kPass, 1, ""}));
  EXPECT_EQ(FoldComplete(journal).verdict, kMiss);
}

TEST(Fold, RepeatsOfAStageAddUpAndTheWorstWins) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  RunStage(journal, OnHost("build"), kError, "disk full");
  RunStage(journal, OnHost("build"));
  const StageReport build = Stage(FoldComplete(journal).cells[0].stages, "build");
  EXPECT_EQ(build.verdict, kError);
  EXPECT_EQ(build.reason, "disk full");
  EXPECT_EQ(build.seconds, 3);
}

TEST(Fold, FactsAreMergedOver) {
  JournalText journal;
  journal.Add(RunStarted("r", "vfqual", nullptr))
      .Add(CellStarted("c", {.kernel = KernelFacts{"6.1", "debian 12"},
                             .platform = PlatformFacts{"lab", "Lab", false, {"0000:00:02.0", "8086", "5845", 7}},
                             .module = {}}))
      .Add({"cell_updated", {{"cell", "c"}, {"module", {{"srcversion", "ABC"}}}, {"kernel", {{"release", "6.12"}}}}})
      .Add(GuestStarted("c", {"vf1", "0000:00:02.1", "debian-13", ""}))
      .Add(GuestUpdated("c", {"vf1", "", "", "6.12-guest"}));
  const Report report = FoldComplete(journal);
  const CellReport& cell = report.cells[0];
  EXPECT_EQ(cell.kernel.release, "6.12");
  EXPECT_EQ(cell.kernel.distribution, "debian 12");
  EXPECT_EQ(cell.module.srcversion, "ABC");
  EXPECT_EQ(cell.platform.pf.total_vfs, 7);
  ASSERT_THAT(cell.guests, SizeIs(1));
  EXPECT_EQ(cell.guests[0].facts.vf, "0000:00:02.1");
  EXPECT_EQ(cell.guests[0].facts.kernel, "6.12-guest");
}

TEST(Fold, RunIsTheWorstOfItsCells) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  journal.Add(CellStarted("d", {}));
  RunStage(journal, {.cell = "d", .guest = std::nullopt, .stage = "build"}, kError, "x");
  const Report report = FoldComplete(journal);
  EXPECT_EQ(report.cells[0].verdict, kPass);
  EXPECT_EQ(report.cells[1].verdict, kError);
  EXPECT_EQ(report.verdict, kError);
}

TEST(Fold, LaterEventsAndFieldsArePassedOver) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  journal.Add({"progress", {{"cell", 7}, {"guest", {1, 2}}}})
      .Add({"warning", {{"cell", "c"}, {"guest", nullptr}, {"stage", "build"}, {"message", "m"}, {"later", {1}}}});
  const Report report = FoldComplete(journal);
  EXPECT_EQ(report.verdict, kPass);
  EXPECT_THAT(report.journal_problems, IsEmpty());
  EXPECT_THAT(report.cells[0].warnings, SizeIs(1));
}

TEST(Fold, ChangesLeftOnTheHostShow) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  journal.Add(Change({1, "write", "/sys/a", "0", "2"}))
      .Add(Change({2, "load", "i915", "", ""}))
      .Add(ChangeUndone(2, "rmmod"));
  const Report report = FoldComplete(journal);
  EXPECT_EQ(report.changes[0].undone, std::nullopt);
  EXPECT_EQ(report.changes[1].undone, "rmmod");
}

TEST(Fold, AFloodOfKernelLogKeepsItsBeginningAndEnd) {
  JournalText journal = Begin();
  RunStage(journal, OnHost("build"));
  for (int i = 0; i < 5000; ++i) journal.Add(KernelLog(OnHost("build"), i, 6, "flood"));
  const Report report = FoldComplete(journal);
  const CellReport& cell = report.cells[0];
  ASSERT_THAT(cell.kernel_log, SizeIs(2000));
  EXPECT_EQ(cell.kernel_log_left_out, 3000U);
  EXPECT_EQ(cell.kernel_log[999].uptime_us, 999);
  EXPECT_EQ(cell.kernel_log[1000].uptime_us, 4000);
  EXPECT_EQ(cell.kernel_log[1999].uptime_us, 4999);
}

TEST(Fold, TestsBeyondTheListStillCount) {
  JournalText journal = Begin();
  journal.Add(StageStarted(InGuest("vf1", "boot")));
  for (int i = 0; i < 10000; ++i) journal.Add(TestEnded(InGuest("vf1", "boot"), {"t", kPass, 0, ""}));
  journal.Add(TestEnded(InGuest("vf1", "boot"), {"last", kFail, 0, ""}))
      .Add(StageEnded(InGuest("vf1", "boot"), {kPass, 1, "", ""}));
  const Report report = FoldComplete(journal);
  EXPECT_EQ(report.verdict, kFail);
  EXPECT_THAT(report.cells[0].guests[0].tests, SizeIs(10000));
  ASSERT_THAT(report.cells[0].warnings, SizeIs(1));
  EXPECT_THAT(report.cells[0].warnings[0].message, HasSubstr("1 tests beyond the first 10000"));
}

}  // namespace
}  // namespace vfqual::reports
