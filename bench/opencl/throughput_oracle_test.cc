#include "bench/opencl/throughput_oracle.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>

#include "bench/percentile.h"

namespace vfqual::bench {
namespace {

using testing::HasSubstr;
using testing::Optional;

TEST(FloatChains, AreTheClosedFormOfTheSteps) {
  const FloatStep step{.factor = 0.5, .summand = 1};
  // Chains that start at 10 .. 17 end at 2 + (start - 2) / 8 after three steps.
  EXPECT_DOUBLE_EQ(FloatChains(step, 3, 10), 8 * 2 + (108 - 16) / 8.0);
  EXPECT_DOUBLE_EQ(FloatChains(step, 3, 10, 1), 2 + (10 - 2) / 8.0);
}

TEST(FloatChains, ShowOnePercentOfTheStepsLeftOut) {
  for (const std::size_t count : {16U, 1024U, 65536U}) {
    const auto step = FloatStepFor(count);
    for (const std::size_t item : {std::size_t{8}, kGroupItems - 1}) {
      const double right = FloatChains(step, count, item);
      const double fewer = FloatChains(step, count - (count + 99) / 100, item);
      EXPECT_GT(std::abs(fewer - right), kFloatTolerance * right) << count << " steps, item " << item;
    }
  }
}

TEST(FloatChains, LeaveRoomForSinglePrecision) {
  constexpr std::size_t kCount = 65536;
  const auto step = FloatStepFor(kCount);
  float sum = 0;
  for (std::size_t chain = 0; chain < kChains; ++chain) {
    auto x = static_cast<float>(20 + chain);
    for (std::size_t i = 0; i < kCount; ++i) x = x * static_cast<float>(step.factor) + static_cast<float>(step.summand);
    sum += x;
  }
  const double right = FloatChains(step, kCount, 20);
  EXPECT_LT(std::abs(sum - right), kFloatTolerance * right);
}

TEST(IntChains, WrapAround) {
  // 0 -> 7 -> 56 ..., written out for two steps: sum of ((x * x + 7)^2 + 7) for x in 0 .. 7.
  std::uint32_t sum = 0;
  for (std::uint32_t x = 0; x < 8; ++x) sum += (x * x + 7) * (x * x + 7) + 7;
  EXPECT_EQ(IntChains(7, 2, 0), sum);
  EXPECT_NE(IntChains(7, 3, 0), sum);
  EXPECT_EQ(IntChains(0, 1, 65536), 2 * (1 + 2 + 3 + 4 + 5 + 6 + 7) * 65536U + 140);
}

TEST(FirstChainMismatch, NamesItemAndLane) {
  const std::array<double, 2> expected{100, 200};
  EXPECT_EQ(FirstChainMismatch(expected, std::array{100.0, 100.1, 200.0, 199.9, 100.0, 100.0}, 2, 1e-3), std::nullopt);
  EXPECT_EQ(FirstChainMismatch(expected, std::array{100.0, 100.0, 200.0, 201.0}, 2, 1e-3),
            "the device computed wrong: lane 1 of item 1 ended at 201, 200 expected");
  EXPECT_THAT(FirstChainMismatch(expected, std::array{std::nan("")}, 1, 1e-3), Optional(HasSubstr("ended at nan")));
  EXPECT_NE(FirstChainMismatch(expected, std::array{100.0000001}, 1, 0), std::nullopt);
}

TEST(Percentile, IsTheNearestRank) {
  EXPECT_EQ(Percentile({5}, 99), 5);
  EXPECT_EQ(Percentile({4, 1, 3, 2}, 50), 2);
  EXPECT_EQ(Percentile({4, 1, 3, 2}, 51), 3);
  EXPECT_EQ(Percentile({4, 1, 3, 2}, 100), 4);
  std::vector<double> hundred(100);
  for (std::size_t i = 0; i < hundred.size(); ++i) hundred[i] = static_cast<double>(100 - i);
  EXPECT_EQ(Percentile(hundred, 99), 99);
}

}  // namespace
}  // namespace vfqual::bench
