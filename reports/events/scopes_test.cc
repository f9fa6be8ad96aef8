#include "reports/events/scopes.h"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "reports/testing/temp_folder.h"

namespace vfqual::reports {
namespace {

class ScopesTest : public ::testing::Test {
 protected:
  nlohmann::json LastLine() const {
    std::istringstream text(folder_.Read("events.jsonl"));
    std::string last;
    for (std::string line; std::getline(text, line);) last = line;
    return nlohmann::json::parse(last);
  }

  TempFolder folder_;
  std::unique_ptr<EventWriter> writer_ = EventWriter::Create(folder_.Path("events.jsonl")).value();
  const Place place_{.cell = "c", .guest = "vf1", .stage = "boot"};
};

TEST_F(ScopesTest, StageWithoutAVerdictIsMiss) {
  { const StageScope stage(*writer_, place_); }
  EXPECT_EQ(LastLine()["event"], "stage_ended");
  EXPECT_EQ(LastLine()["stage"], "boot");
  EXPECT_EQ(LastLine()["verdict"], "MISS");
  EXPECT_EQ(LastLine()["reason"], "ended without a verdict");
}

TEST_F(ScopesTest, WorstVerdictOfAStageWinsWithItsFirstReason) {
  {
    StageScope stage(*writer_, place_);
    stage.Record(Verdict::kPass);
    stage.Record(Verdict::kFail, "first");
    stage.Record(Verdict::kFail, "second");
    stage.Record(Verdict::kError, "third");
    stage.SetLog("logs/boot.log");
    EXPECT_EQ(stage.verdict(), Verdict::kFail);
  }
  EXPECT_EQ(LastLine()["verdict"], "FAIL");
  EXPECT_EQ(LastLine()["reason"], "first");
  EXPECT_EQ(LastLine()["log"], "logs/boot.log");
  EXPECT_GE(LastLine()["seconds"], 0.0);
}

TEST_F(ScopesTest, TestsDecideTheStageTheyRunIn) {
  {
    StageScope stage(*writer_, place_);
    stage.Test({.path = "a.b", .verdict = Verdict::kPass, .seconds = 1, .reason = ""});
    EXPECT_EQ(LastLine()["event"], "test");
    EXPECT_EQ(LastLine()["guest"], "vf1");
    stage.Test({.path = "a.c", .verdict = Verdict::kFail, .seconds = 1, .reason = "wrong sum"});
  }
  EXPECT_EQ(LastLine()["verdict"], "FAIL");
  EXPECT_EQ(LastLine()["reason"], "a.c: wrong sum");
}

TEST_F(ScopesTest, MetricsAloneAreDone) {
  {
    StageScope stage(*writer_, place_);
    stage.Metric({.path = "m", .value = 1, .unit = "GB/s", .samples = {}});
  }
  EXPECT_EQ(LastLine()["verdict"], "DONE");
}

TEST_F(ScopesTest, RunIsGivenUpUnlessItWasCompleted) {
  { const RunScope run(*writer_, "r", "vfqual", nlohmann::ordered_json::object()); }
  EXPECT_EQ(LastLine()["event"], "run_ended");
  EXPECT_EQ(LastLine()["complete"], false);
  EXPECT_EQ(LastLine()["reason"], "ended before all that was planned was done");
  {
    RunScope run(*writer_, "r", "vfqual", nlohmann::ordered_json::object());
    run.GiveUp("no libvirt");
  }
  EXPECT_EQ(LastLine()["reason"], "no libvirt");
  {
    RunScope run(*writer_, "r", "vfqual", nlohmann::ordered_json::object());
    run.Complete();
  }
  EXPECT_EQ(LastLine()["complete"], true);
  EXPECT_EQ(LastLine()["reason"], "");
}

}  // namespace
}  // namespace vfqual::reports
