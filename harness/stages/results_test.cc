#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/stages/benchmark_result.h"
#include "harness/stages/suite_result.h"

namespace vfqual {
namespace {

using reports::Verdict;
using testing::HasSubstr;

TEST(SuiteResult, PassFailSkipAndWarning) {
  const auto result = ParseSuiteResult(R"({"tests":3,"testsuites":[{"name":"OpenclSaxpy","testsuite":[
    {"name":"MatchesReference","status":"RUN","result":"COMPLETED","time":"0.4s","warning":"version differs"},
    {"name":"OddSizes","status":"RUN","result":"COMPLETED","time":"0.1s","reason":"element 3 is 1, not 2",
     "failures":[{"failure":"saxpy.cc:7\nlong text","type":""}]},
    {"name":"Fp16","status":"RUN","result":"SKIPPED","time":"0s","reason":"not offered"},
    {"name":"Filtered","status":"NOTRUN","result":"SUPPRESSED","time":"0s"}]}]})");
  ASSERT_TRUE(result) << result.error().Message();
  ASSERT_EQ(result->tests.size(), 3U);
  EXPECT_EQ(result->tests[0].path, "opencl_saxpy.matches_reference");
  EXPECT_EQ(result->tests[0].verdict, Verdict::kPass);
  EXPECT_DOUBLE_EQ(result->tests[0].seconds, 0.4);
  EXPECT_EQ(result->tests[1].verdict, Verdict::kFail);
  EXPECT_EQ(result->tests[1].reason, "element 3 is 1, not 2");
  EXPECT_EQ(result->tests[2].verdict, Verdict::kSkip);
  EXPECT_EQ(result->tests[2].reason, "not offered");
  EXPECT_EQ(result->warnings, std::vector<std::string>{"version differs"});
}

TEST(SuiteResult, WhatTheMachineLacksIsAMiss) {
  const auto result = ParseSuiteResult(R"({"testsuites":[{"name":"A","testsuite":[
    {"name":"B","status":"RUN","result":"COMPLETED","time":"0s","verdict":"MISS","reason":"no driver","failures":[{"failure":"x"}]},
    {"name":"C","status":"RUN","result":"COMPLETED","time":"0s","verdict":"PASS","reason":"wrong","failures":[{"failure":"x"}]}]}]})");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->tests[0].verdict, Verdict::kMiss);
  EXPECT_EQ(result->tests[0].reason, "no driver");
  EXPECT_EQ(result->tests[1].verdict, Verdict::kFail) << "no other verdict is taken from a guest's word";
}

TEST(SuiteResult, AFailureWithoutAReasonIsStillAFailure) {
  const auto result = ParseSuiteResult(R"({"testsuites":[{"name":"A","testsuite":[
    {"name":"B","status":"RUN","result":"COMPLETED","time":"0s","failures":["hostile"]}]}]})");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->tests[0].verdict, Verdict::kFail);
}

TEST(SuiteResult, AGuestCannotPassByGarbage) {
  for (const char* bad : {"", "[]", "{", "{}", R"({"testsuites":7})", R"({"testsuites":[{"testsuite":{}}]})",
                          R"({"testsuites":[{"name":"A","testsuite":[{"status":"NOTRUN"}]}]})"}) {
    EXPECT_FALSE(ParseSuiteResult(bad)) << bad;
  }
  const auto odd = ParseSuiteResult(
      R"({"testsuites":[{"name":"A","testsuite":[{"name":7,"status":"RUN","result":["COMPLETED"],"time":-3}]}]})");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->tests[0].verdict, Verdict::kError);
}

TEST(SuiteResult, NamesFromAGuestCannotLeaveTheirPath) {
  EXPECT_EQ(TestPath("PfDriver", "IsI915"), "pf_driver.is_i915");
  EXPECT_EQ(TestPath("GuestGpu", "IsAVf"), "guest_gpu.is_a_vf");
  EXPECT_EQ(TestPath("SriovNumvfs", "RefusesAChangeWhileVfsExist"), "sriov_numvfs.refuses_a_change_while_vfs_exist");
  EXPECT_EQ(TestPath("../../x", "<b>"), "______x._b_");
}

TEST(BenchmarkResult, CountersBecomeMetricsWithTheirSamples) {
  const auto result =
      ParseBenchmarkResult(R"({"context":{"opencl_compute_units":"96","host_name":"secret","opencl_x":7},"benchmarks":[
    {"name":"opencl_global_bandwidth/manual_time","run_name":"opencl_global_bandwidth/real_time","run_type":"iteration","repetitions":3,"repetition_index":0,"threads":1,
     "iterations":5,"real_time":1.0,"cpu_time":1.0,"time_unit":"ms","B/s":3.0e9},
    {"name":"x","run_name":"opencl_global_bandwidth","run_type":"iteration","iterations":5,"real_time":1,"B/s":1.0e9},
    {"name":"x","run_name":"opencl_global_bandwidth","run_type":"iteration","iterations":5,"real_time":1,"B/s":2.0e9},
    {"name":"x_mean","run_name":"opencl_global_bandwidth","run_type":"aggregate","aggregate_name":"mean","B/s":9.0e9}]})");
  ASSERT_TRUE(result) << result.error().Message();
  ASSERT_EQ(result->metrics.size(), 1U);
  EXPECT_EQ(result->metrics[0].path, "bench.opencl_global_bandwidth");
  EXPECT_EQ(result->metrics[0].unit, "B/s");
  EXPECT_DOUBLE_EQ(result->metrics[0].value, 2.0e9);
  EXPECT_EQ(result->metrics[0].samples.size(), 3U);
  EXPECT_EQ(result->context, (std::map<std::string, std::string>{{"opencl_compute_units", "96"}}));
  EXPECT_TRUE(result->failures.empty());
}

TEST(BenchmarkResult, ErrorsAndNonNumbersAreFailuresNotMetrics) {
  const auto result = ParseBenchmarkResult(R"({"benchmarks":[
    {"name":"a","run_type":"iteration","error_occurred":true,"error_message":"CL_OUT_OF_RESOURCES NaN"},
    {"name":"b","run_type":"iteration","iterations":1,"real_time":NaN,"B/s":Infinity},
    {"name":"c","run_type":"iteration","iterations":1,"real_time":-NaN}]})");
  ASSERT_TRUE(result) << result.error().Message();
  EXPECT_TRUE(result->metrics.empty());
  ASSERT_EQ(result->failures.size(), 3U);
  EXPECT_EQ(result->failures[0].reason, "CL_OUT_OF_RESOURCES NaN");
  EXPECT_THAT(result->failures[1].reason, HasSubstr("B/s is not a finite number"));
  EXPECT_THAT(result->failures[2].reason, HasSubstr("no counter"));
}

TEST(BenchmarkResult, GarbageIsAnError) {
  for (const char* bad : {"", "{}", "[]", R"({"benchmarks":[]})", R"({"benchmarks":3})"}) {
    EXPECT_FALSE(ParseBenchmarkResult(bad)) << bad;
  }
}

}  // namespace
}  // namespace vfqual
