#include "harness/stages/isolation_phase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual {
namespace {

using reports::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Isolation, ASampleUnderWayWhenTheDisturbanceCameIsAfterIt) {
  const auto rates = SplitAt(12.5, {1, 2, 3, 4}, {{10, 11}, {11, 12}, {12, 13}, {13, 14}});
  EXPECT_THAT(rates.before, ElementsAre(1, 2));
  EXPECT_THAT(rates.after, ElementsAre(3, 4));
  EXPECT_THAT(SplitAt(12.5, {1, 2}, {{10, 11}}).before, IsEmpty()) << "stamps that do not fit the samples";
}

TEST(Isolation, ARateThatFallsBelowTheBandFails) {
  EXPECT_EQ(JudgeRate({{10, 10, 10}, {6, 6, 6}}, 0.5).verdict, Verdict::kPass);
  const auto fell = JudgeRate({{10, 10, 10}, {4, 4, 4}}, 0.5);
  EXPECT_EQ(fell.verdict, Verdict::kFail);
  EXPECT_THAT(fell.reason, HasSubstr("fell to 0.40"));
  EXPECT_EQ(JudgeRate({{0, 0, 0}, {4, 4, 4}}, 0.5).verdict, Verdict::kFail) << "it stood still before";
}

TEST(Isolation, AGuestThatDoesNotStampItsSamplesIsNotPassed) {
  BenchmarkResult result;
  result.metrics.push_back({"bench.x", 5, "B/s", {5, 5, 5, 5, 5, 5}});
  EXPECT_EQ(JudgeRate(RatesAround(3, result), 0.5).verdict, Verdict::kMiss);
  result.spans["bench.x"] = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}};
  EXPECT_EQ(JudgeRate(RatesAround(3, result), 0.5).verdict, Verdict::kPass);
  EXPECT_EQ(JudgeRate(RatesAround(3, BenchmarkResult()), 0.5).verdict, Verdict::kMiss);
}

TEST(Isolation, TooFewSamplesAreNoVerdictOnTheGpu) {
  EXPECT_EQ(JudgeRate({{10, 10}, {6, 6, 6}}, 0.5).verdict, Verdict::kMiss);
  EXPECT_EQ(JudgeRate({{10, 10, 10}, {}}, 0.5).verdict, Verdict::kMiss);
}

}  // namespace
}  // namespace vfqual
