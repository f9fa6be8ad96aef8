#include "harness/stages/bench_meeting.h"

#include <gtest/gtest.h>

#include <thread>

#include "harness/base/unix_time.h"

namespace vfqual {
namespace {

TEST(FirstSample, IsTheEarliestOfAllBenchmarks) {
  BenchmarkResult result;
  EXPECT_FALSE(FirstSample_s(result));
  result.spans["bench.a"] = {{20, 21}, {22, 23}};
  result.spans["bench.b"] = {{12, 13}, {10, 11}};
  EXPECT_EQ(FirstSample_s(result), 10);
}

TEST(BenchMeeting, EachProgramHasItsOwnLead) {
  BenchMeeting meeting(2);
  double first_s = 0;
  double second_s = 0;
  const double began_s = UnixNow_s();
  {
    std::jthread other([&] {
      first_s = meeting.WaitForStart();
      second_s = meeting.WaitForNextStart();
      meeting.Measured(1, BenchmarkResult(), 0);
    });
    meeting.AloneDone(BenchmarkResult(), {100, 7});
    EXPECT_EQ(meeting.WaitForStart(), meeting.WaitForStart());
    EXPECT_NEAR(meeting.WaitForNextStart() - began_s, 7, 5);
    meeting.Measured(0, BenchmarkResult(), 0);
  }
  EXPECT_NEAR(first_s - began_s, 100, 5);
  EXPECT_NEAR(second_s - began_s, 7, 5);
  EXPECT_TRUE(meeting.EveryoneMeasured());
}

TEST(BenchMeeting, AGuestThatLeavesKeepsNobodyWaiting) {
  BenchMeeting meeting(2);
  meeting.AloneDone(std::nullopt, {});
  meeting.Measured(1, std::nullopt, 0);
  EXPECT_GT(meeting.WaitForNextStart(), 0);
  meeting.Measured(0, BenchmarkResult(), 0);
  meeting.WaitForAll();
  EXPECT_FALSE(meeting.EveryoneMeasured());
}

}  // namespace
}  // namespace vfqual
