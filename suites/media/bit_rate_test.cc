#include "suites/media/bit_rate.h"

#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

TEST(BitsPerSecond, CountsTheStreamsOwnTime) {
  EXPECT_DOUBLE_EQ(BitsPerSecond(250'000, 60, 30), 1'000'000);
}

TEST(CheckConstantRate, AllowsTenPercent) {
  EXPECT_THAT(CheckConstantRate(900'000, 1'000'000), IsOk());
  EXPECT_THAT(CheckConstantRate(1'100'000, 1'000'000), IsOk());
  EXPECT_THAT(CheckConstantRate(899'000, 1'000'000), IsError("899 kbit/s, 900 to 1100 expected"));
  EXPECT_THAT(CheckConstantRate(1'101'000, 1'000'000), IsError("a constant rate, within 10 %"));
}

TEST(CheckVariableRate, IsBoundedByTargetAndMaximum) {
  EXPECT_THAT(CheckVariableRate(750'000, 1'000'000, 1'500'000), IsOk());
  EXPECT_THAT(CheckVariableRate(1'650'000, 1'000'000, 1'500'000), IsOk());
  EXPECT_THAT(CheckVariableRate(749'000, 1'000'000, 1'500'000), IsError("750 to 1650 expected"));
  EXPECT_THAT(CheckVariableRate(1'651'000, 1'000'000, 1'500'000), IsError("1651 kbit/s"));
}

}  // namespace
}  // namespace vfqual::suites
