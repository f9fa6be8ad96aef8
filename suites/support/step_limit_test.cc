#include "suites/support/step_limit.h"

#include <gtest/gtest.h>

namespace vfqual::suites {
namespace {

using std::chrono::seconds;

TEST(StepLimitDeathTest, AStepThatHangsEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        dup2(STDERR_FILENO, STDOUT_FILENO);  // the death test reads stderr
        StepLimit limit(seconds(1));
        limit.Begin("VaDriver.Hangs");
        while (true) std::this_thread::sleep_for(seconds(1));
      },
      testing::ExitedWithCode(kTimedOutExitCode), "TIMEOUT .* VaDriver.Hangs: no end after 1 s");
}

TEST(StepLimit, EachStepHasTheWholeTime) {
  StepLimit limit(seconds(1));
  for (int step = 0; step < 3; ++step) {
    limit.Begin("step");
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  limit.End();
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
}

TEST(StepLimit, ZeroIsNoLimit) {
  StepLimit limit(seconds(0));
  limit.Begin("step");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

}  // namespace
}  // namespace vfqual::suites
