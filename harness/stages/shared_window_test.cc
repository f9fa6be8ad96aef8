#include "harness/stages/shared_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

// Samples of a second each, from `start_s` of the guest's clock on.
GuestRates Guest(const std::vector<double>& samples, double start_s, double clock_offset_s) {
  GuestRates guest;
  guest.clock_offset_s = clock_offset_s;
  guest.result.metrics.push_back({"bench.x", 0, "B/s", samples});
  for (std::size_t index = 0; index < samples.size(); ++index) {
    const double at_s = start_s + static_cast<double>(index);
    guest.result.spans["bench.x"].push_back({at_s, at_s + 1});
  }
  return guest;
}

TEST(SharedWindow, OnlySamplesInWhichAllWereMeasuringCount) {
  // On the common clock: the first from 100 to 104, the second from 102 to 106.
  const auto shared = CutToSharedWindow({Guest({1, 2, 3, 4}, 100, 0), Guest({5, 6, 7, 8}, 1102, 1000)});
  ASSERT_EQ(shared.size(), 1U);
  EXPECT_THAT(shared[0].samples, ElementsAre(ElementsAre(3, 4), ElementsAre(5, 6)));
  EXPECT_FALSE(Enough(shared[0]));
}

TEST(SharedWindow, GuestsThatNeverRanTogetherShareNothing) {
  const auto shared = CutToSharedWindow({Guest({1, 2}, 100, 0), Guest({5, 6}, 200, 0)});
  ASSERT_EQ(shared.size(), 1U);
  EXPECT_THAT(shared[0].samples, ElementsAre(IsEmpty(), IsEmpty()));
}

TEST(SharedWindow, AMetricThatOneGuestLacksOrDidNotStampIsLeftOut) {
  auto unstamped = Guest({5, 6}, 100, 0);
  unstamped.result.spans["bench.x"].pop_back();
  EXPECT_THAT(CutToSharedWindow({Guest({1, 2}, 100, 0), unstamped}), IsEmpty());
  EXPECT_THAT(CutToSharedWindow({Guest({1, 2}, 100, 0), GuestRates{}}), IsEmpty());
  EXPECT_THAT(CutToSharedWindow({}), IsEmpty());
}

TEST(SharedWindow, SaysWhenEachGuestMeasured) {
  const std::vector<GuestRates> guests = {Guest({1, 2}, 100.1, 0), Guest({5, 6, 7}, 1104, 1000), GuestRates{}};
  EXPECT_EQ(WhenMeasured(guests, "bench.x", 100), "0.1 to 2.1 s, 4.0 to 7.0 s, never");
}

// Jain, Chiu, Hawe (1984): k of n users with equal shares and the others with none give k/n.
TEST(Fairness, KnownValues) {
  EXPECT_DOUBLE_EQ(*JainIndex({4, 4, 4, 4}), 1);
  EXPECT_DOUBLE_EQ(*JainIndex({4, 4, 0, 0}), 0.5);
  EXPECT_DOUBLE_EQ(*JainIndex({1, 2, 3}), 36.0 / 42.0);
  EXPECT_FALSE(JainIndex({0, 0}));
  EXPECT_DOUBLE_EQ(*MinOverMax({2, 8}), 0.25);
  EXPECT_FALSE(MinOverMax({}));
  EXPECT_DOUBLE_EQ(*CoefficientOfVariation({2, 4, 4, 4, 5, 5, 7, 9}), 0.4);
}

TEST(Derived, FiguresFollowFromTheirParts) {
  DerivedInput input;
  input.shared = {"bench.x", "B/s", {{30, 30, 31}, {50, 50, 50}}};
  input.alone = 60;
  std::map<std::string, double> found;
  for (const auto& metric : DerivedMetrics(input)) found[metric.path] = metric.value;
  EXPECT_EQ(found.count("derived.x.efficiency"), 0U) << "nothing was measured on the PF";
  EXPECT_DOUBLE_EQ(found["derived.x.noisy_neighbour_loss"], 0.5);
  EXPECT_THAT(found["derived.x.fairness_min_max"], DoubleNear(0.6, 1e-9));
  input.pf = 100;
  found.clear();
  for (const auto& metric : DerivedMetrics(input)) found[metric.path] = metric.value;
  EXPECT_DOUBLE_EQ(found["derived.x.efficiency"], 0.8);
  EXPECT_DOUBLE_EQ(found["derived.x.virtualization_cost"], 0.6);
  EXPECT_EQ(found.count("derived.x.of_physical_limit"), 0U) << "the limit is not known";
  input.limit = 160;
  found.clear();
  for (const auto& metric : DerivedMetrics(input)) found[metric.path] = metric.value;
  EXPECT_DOUBLE_EQ(found["derived.x.of_physical_limit"], 0.5);
}

}  // namespace
}  // namespace vfqual
