#include "harness/lab/standstill.h"

#include <gtest/gtest.h>

namespace vfqual {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class StandstillTest : public testing::Test {
 protected:
  // Looks five times a second for so long, while the emulator uses so much of each second.
  bool Watch(seconds time, milliseconds used_a_second) {
    bool still = false;
    for (int look = 0; look < time.count() * 5; ++look) {
      now_ += milliseconds(200);
      used_microseconds_ += used_a_second.count() * 200;
      still = standstill_.Look(now_, milliseconds(used_microseconds_ / 1000));
    }
    return still;
  }

  Standstill standstill_{seconds(60)};
  Standstill::Clock::time_point now_;
  long used_microseconds_ = 5'000'000;
};

TEST_F(StandstillTest, AWorkingMachineNeverStands) {
  EXPECT_FALSE(Watch(seconds(600), milliseconds(990)));
}

TEST_F(StandstillTest, AMachineThatWaitsLooksAfterItsTimers) {
  EXPECT_FALSE(Watch(seconds(600), milliseconds(3)));
}

TEST_F(StandstillTest, AMachineThatDoesNothingStandsAfterAMinute) {
  EXPECT_FALSE(Watch(seconds(20), milliseconds(990)));
  EXPECT_FALSE(Watch(seconds(59), milliseconds(0)));
  EXPECT_TRUE(Watch(seconds(2), milliseconds(0)));
}

TEST_F(StandstillTest, ATimeInWhichNobodyLookedDoesNotCount) {
  EXPECT_FALSE(Watch(seconds(30), milliseconds(0)));
  now_ += seconds(1000);
  EXPECT_FALSE(Watch(seconds(20), milliseconds(0)));
  EXPECT_TRUE(Watch(seconds(15), milliseconds(0)));
}

}  // namespace
}  // namespace vfqual
