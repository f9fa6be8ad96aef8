#include "reports/compare/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/compare/comparison_text.h"
#include "reports/compare/mann_whitney.h"
#include "reports/fold/fold.h"
#include "reports/testing/schema_check.h"

namespace vfqual::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Hollander and Wolfe, Nonparametric Statistical Methods (1973), p. 69: W = 35; the one-sided p of 0.1272 is half of
// this.
TEST(MannWhitney, AgreesWithHollanderAndWolfe) {
  const auto test =
      MannWhitneyTest({0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}, {1.15, 0.88, 0.90, 0.74, 1.21});
  EXPECT_DOUBLE_EQ(test.u, 35);
  EXPECT_NEAR(test.p, 0.2544, 0.00005);
}

// The example of SciPy's mannwhitneyu: U = 17, p = 14/126.
TEST(MannWhitney, AgreesWithSciPyOnSmallSets) {
  const auto test = MannWhitneyTest({19, 22, 16, 29, 24}, {20, 11, 17, 12});
  EXPECT_DOUBLE_EQ(test.u, 17);
  EXPECT_NEAR(test.p, 14.0 / 126, 1e-12);
}

// R's example of wilcox.test: airquality, ozone in May and in August, which has ties: W = 127.5, p = 0.0001208.
TEST(MannWhitney, AgreesWithRWhereThereAreTies) {
  const std::vector<double> may = {41, 36, 12, 18, 28, 23, 19, 8, 7,  16, 11, 14,  18,
                                   14, 34, 6,  30, 11, 1,  11, 4, 32, 23, 45, 115, 37};
  const std::vector<double> august = {39, 9,  16, 78, 35, 66, 122, 89,  110, 44, 28,  65, 22,
                                      59, 23, 31, 44, 21, 9,  45,  168, 73,  76, 118, 84, 85};
  const auto test = MannWhitneyTest(may, august);
  EXPECT_DOUBLE_EQ(test.u, 127.5);
  EXPECT_NEAR(test.p, 0.0001208, 0.00000005);
}

// The published table of critical values: for 9 and 9 samples U must be 17 or less at 0.05, two-sided.
TEST(MannWhitney, AgreesWithTheTableForNineSamples) {
  const auto with_u = [](double u) {
    std::vector<double> a;
    std::vector<double> b;
    for (int i = 0; i < 9; ++i) b.push_back(i * 10);
    // Each sample of a above k samples of b adds k to U.
    for (int i = 0; i < 9; ++i) {
      const double above = std::min(9.0, u);
      a.push_back(above * 10 - 5 + i * 0.1);
      u -= above;
    }
    return MannWhitneyTest(a, b);
  };
  EXPECT_DOUBLE_EQ(with_u(17).u, 17);
  EXPECT_LT(with_u(17).p, 0.05);
  EXPECT_GT(with_u(18).p, 0.05);
}

TEST(MannWhitney, SamplesThatAreAlikeProveNothing) {
  EXPECT_EQ(MannWhitneyTest({1, 1, 1}, {1, 1, 1}).p, 1);
  EXPECT_EQ(MannWhitneyTest({}, {1}).p, 1);
  EXPECT_EQ(MannWhitneyTest({1, 2, 3}, {1, 2, 3}).p, 1);
}

class CompareReports : public ::testing::Test {
 protected:
  static Report WithMetric(const std::string& unit, double base, int samples) {
    Report report = Fold(ReadSourceFile("reports/testdata/passing.jsonl"));
    MetricReport metric;
    metric.path = "bench.rate";
    metric.unit = unit;
    for (int i = 0; i < samples; ++i) metric.samples.push_back(base + i * 0.01);
    metric.value = base;
    report.cells[0].host_metrics = {metric};
    return report;
  }
  static MetricChange MetricOf(const Report& base, const Report& now) {
    for (const MetricChange& change : Compare(base, now, {}).metrics) {
      if (change.path == "bench.rate") return change;
    }
    ADD_FAILURE() << "not compared";
    return {};
  }
};

TEST_F(CompareReports, TheSameReportHasNoChange) {
  const Report report = Fold(ReadSourceFile("reports/testdata/passing.jsonl"));
  const Comparison comparison = Compare(report, report, {});
  EXPECT_THAT(comparison.verdicts, IsEmpty());
  EXPECT_FALSE(HasRegression(comparison));
}

TEST_F(CompareReports, VerdictsThatBecameWorseComeFirst) {
  Report base = Fold(ReadSourceFile("reports/testdata/passing.jsonl"));
  Report now = base;
  base.cells[0].host_tests.push_back(
      {.stage = "pf", .path = "a.mended", .verdict = Verdict::kFail, .seconds = 0, .reason = ""});
  now.cells[0].host_tests.push_back(
      {.stage = "pf", .path = "a.mended", .verdict = Verdict::kPass, .seconds = 0, .reason = ""});
  now.cells[0].host_tests.push_back(
      {.stage = "pf", .path = "b.new_and_bad", .verdict = Verdict::kFail, .seconds = 0, .reason = "why"});
  base.cells[0].host_tests.push_back(
      {.stage = "pf", .path = "c.gone", .verdict = Verdict::kPass, .seconds = 0, .reason = ""});
  now.cells[0].host_tests.push_back(
      {.stage = "pf", .path = "d.new_and_good", .verdict = Verdict::kPass, .seconds = 0, .reason = ""});
  const Comparison comparison = Compare(base, now, {});
  ASSERT_EQ(comparison.verdicts.size(), 4U);
  EXPECT_EQ(comparison.verdicts[0].what, "b.new_and_bad");
  EXPECT_EQ(comparison.verdicts[1].what, "c.gone");
  EXPECT_EQ(comparison.verdicts[1].kind, ChangeKind::kRegression);
  EXPECT_EQ(comparison.verdicts[2].kind, ChangeKind::kImprovement);
  EXPECT_EQ(comparison.verdicts[3].kind, ChangeKind::kOther);
  EXPECT_TRUE(HasRegression(comparison));
  EXPECT_THAT(ComparisonText(comparison), HasSubstr("2 regressions"));
}

TEST_F(CompareReports, AProvenEffectAboveTheThresholdCounts) {
  EXPECT_EQ(MetricOf(WithMetric("frames/s", 100, 9), WithMetric("frames/s", 90, 9)).kind, ChangeKind::kRegression);
  EXPECT_EQ(MetricOf(WithMetric("frames/s", 100, 9), WithMetric("frames/s", 110, 9)).kind, ChangeKind::kImprovement);
  EXPECT_EQ(MetricOf(WithMetric("ms", 100, 9), WithMetric("ms", 110, 9)).kind, ChangeKind::kRegression);
  // As certain, but too small to matter.
  const MetricChange small = MetricOf(WithMetric("frames/s", 100, 9), WithMetric("frames/s", 98, 9));
  EXPECT_LT(small.p, 0.05);
  EXPECT_EQ(small.kind, ChangeKind::kOther);
}

TEST_F(CompareReports, WithFewSamplesNothingIsClaimed) {
  const MetricChange change = MetricOf(WithMetric("frames/s", 100, 8), WithMetric("frames/s", 50, 9));
  EXPECT_EQ(change.kind, ChangeKind::kOther);
  EXPECT_EQ(change.note, "too few samples");
  EXPECT_EQ(MetricOf(WithMetric("ms", 100, 9), WithMetric("s", 50, 9)).note, "units differ: ms before");
}

TEST_F(CompareReports, TwoReleasesArePairedByKernelAndPlatform) {
  const Report base = WithMetric("frames/s", 100, 9);
  Report now = WithMetric("frames/s", 50, 9);
  now.cells[0].module.version = "9.9";
  const Comparison comparison = Compare(base, now, {});
  EXPECT_TRUE(comparison.across_modules);
  EXPECT_TRUE(HasRegression(comparison));
  now.cells[0].platform.id = "another";
  const Comparison apart = Compare(base, now, {});
  EXPECT_EQ(apart.only_in_base.size(), 1U);
  EXPECT_EQ(apart.only_in_new.size(), 1U);
}

TEST_F(CompareReports, HostileTextIsHarmlessInAllForms) {
  const Report base = Fold(ReadSourceFile("reports/testdata/passing.jsonl"));
  Report now = base;
  now.run.id = "\x1b[31m</script>";
  now.cells[0].host_tests.push_back(
      {.stage = "pf", .path = "<img src=x>|\x1b", .verdict = Verdict::kFail, .seconds = 0, .reason = "\xff\n# title"});
  const Comparison comparison = Compare(base, now, {});
  EXPECT_THAT(ComparisonText(comparison), Not(HasSubstr("\x1b")));
  EXPECT_THAT(ComparisonMarkdown(comparison), Not(HasSubstr("<img")));
  EXPECT_THAT(ComparisonMarkdown(comparison), Not(HasSubstr("\n# title")));
  EXPECT_EQ(
      nlohmann::json::parse(ComparisonJson(comparison).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
          .at("regressions"),
      1);
}

}  // namespace
}  // namespace vfqual::reports
