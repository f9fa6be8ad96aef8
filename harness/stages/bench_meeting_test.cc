#include "harness/stages/bench_meeting.h"

#include <gtest/gtest.h>

#include <thread>

#include "harness/base/unix_time.h"

namespace vfqual {
namespace {

BenchmarkResult OneSample(double start_s) {
  BenchmarkResult result;
  result.metrics = {{"bench.x", 1, "B/s", {1}}};
  result.spans["bench.x"] = {{start_s, start_s + 1}};
  return result;
}

TEST(BenchMeeting, EachProgramHasItsOwnStart) {
  BenchMeeting meeting(2, 2, {0, 60});
  std::optional<double> first_s;
  std::optional<double> second_s;
  {
    std::jthread other([&] {
      meeting.WaitForAlone();
      first_s = meeting.Start(0).Wait(1, nullptr);
      meeting.WaitForNextProgram();
      second_s = meeting.Start(1).Wait(1, nullptr);
      meeting.Measured(1, OneSample(*second_s + 100), 100);
    });
    meeting.AloneDone(BenchmarkResult());
    EXPECT_TRUE(meeting.Start(0).Wait(0, nullptr));
    EXPECT_FALSE(meeting.Start(1).Start_s());
    meeting.WaitForNextProgram();
    const auto start_s = meeting.Start(1).Wait(0, nullptr);
    meeting.Measured(0, OneSample(start_s.value_or(0)), 0);
  }
  EXPECT_EQ(first_s, meeting.Start(0).Start_s());
  EXPECT_EQ(second_s, meeting.Start(1).Start_s());
  EXPECT_LT(first_s, second_s);
  meeting.WaitForAll();
  EXPECT_TRUE(meeting.EveryoneMeasured());
  ASSERT_EQ(meeting.Shared().size(), 1U);
  EXPECT_EQ(meeting.Shared().front().samples.size(), 2U);
  EXPECT_EQ(meeting.When("bench.x"), "0.0 to 1.0 s, 0.0 to 1.0 s");
}

TEST(BenchMeeting, AGuestThatLeavesKeepsNobodyWaiting) {
  const double began_s = UnixNow_s();
  BenchMeeting meeting(2, 2, {0, 60});
  meeting.AloneDone(std::nullopt);
  meeting.Measured(1, std::nullopt, 0);
  EXPECT_TRUE(meeting.Start(0).Wait(0, nullptr));
  meeting.WaitForNextProgram();
  EXPECT_TRUE(meeting.Start(1).Wait(0, nullptr));
  meeting.Measured(0, BenchmarkResult(), 0);
  meeting.WaitForAll();
  EXPECT_LT(UnixNow_s(), began_s + 20);
  EXPECT_FALSE(meeting.EveryoneMeasured());
}

}  // namespace
}  // namespace vfqual
