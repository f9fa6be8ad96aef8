#include "harness/loadvm/load_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kModules = {"i915"};
const std::string kHello = R"({"event":"hello","schema":"vfqual/load/1","kernel":"6.1.0-50-amd64"})"
                           "\n";
const std::string kLoad = R"({"event":"load","module":"i915","exit_code":1,"signal":0,"timed_out":false,"seconds":0.5,)"
                          R"("output":"modprobe: ERROR: no\n"})"
                          "\n";

TEST(LoadReport, TellsWhatEachStepGave) {
  const auto report = ParseLoadReport(
      kHello + kLoad + R"({"event":"log","module":"i915","record":"3,334,3957987,-;i915: bad\n"})" + "\n" +
          R"({"event":"loaded","module":"i915","state":"live","srcversion":"AB","taint":"OE","parameters":{"max_vfs":"7"},)"
          R"("build_id_note":"040000001400000003000000474e55007d63c0a0"})" +
          "\n" + R"({"event":"stayed","module":"i915","refcnt":"1"})" + "\n" + R"({"event":"end","taint":"12288"})" +
          "\n",
      kModules);
  ASSERT_TRUE(report) << report.error().Message();
  EXPECT_EQ(report->kernel, "6.1.0-50-amd64");
  EXPECT_TRUE(report->ended);
  const auto& module = report->modules.at("i915");
  EXPECT_EQ(module.load->Describe(), "exit 1: modprobe: ERROR: no");
  EXPECT_EQ(module.loaded->build_id, "7d63c0a0");
  EXPECT_EQ(module.loaded->parameters.at("max_vfs"), "7");
  EXPECT_EQ(module.stayed_with_refcnt, "1");
  ASSERT_EQ(report->log.size(), 1U);
  EXPECT_EQ(report->log[0].record.level, 3);
  EXPECT_EQ(report->log[0].record.message, "i915: bad");
}

TEST(LoadReport, WhatADyingMachineLeftHalfIsDropped) {
  const auto report = ParseLoadReport(kHello + kLoad + R"({"event":"log","mod)", kModules);
  ASSERT_TRUE(report) << report.error().Message();
  EXPECT_FALSE(report->ended);
  EXPECT_TRUE(report->modules.at("i915").load);
}

TEST(LoadReport, AHostileMachineIsRefusedWithThePlace) {
  for (
      const auto& [text, complaint] : std::vector<std::pair<std::string, std::string>>{
          {kLoad, "before hello"},
          {kHello + kHello, "hello comes twice"},
          {kHello + "rubbish\n", "line 2"},
          {kHello + "[[[[[[[[[[[[[\n", "line 2"},
          {kHello + R"({"event":"stayed","module":"../../etc","refcnt":"1"})" + "\n", "not a module of this job"},
          {kHello + R"({"event":"reboot"})" + "\n", "unknown"},
          {kHello + R"({"event":"end","taint":"0","more":1})" + "\n", "more"},
          {kHello + R"({"event":"end","taint":")" + std::string(20000, 'x') + "\"}\n", "longer than"},
          {R"({"event":"hello","schema":"vfqual/load/2","kernel":"6"})"
           "\n",
           "vfqual/load/1"},
          {std::string(kMaxLoadReportBytes + 1, '\n'), "longer than"},
          {kHello +
               R"({"event":"load","module":"i915","exit_code":4711,"signal":0,"timed_out":false,"seconds":1,"output":""})" +
               "\n",
           "exit_code"}}) {
    const auto report = ParseLoadReport(text, kModules);
    ASSERT_FALSE(report) << text.substr(0, 200);
    EXPECT_THAT(report.error().what, HasSubstr(complaint));
    EXPECT_EQ(report.error().blame, Blame::kHarness);
  }
}

TEST(LoadReport, ControlCharactersDoNotReachATerminal) {
  const auto report = ParseLoadReport(
      kHello + R"({"event":"stayed","module":"i915","refcnt":"\u001b]0;owned\u0007"})" + "\n", kModules);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->modules.at("i915").stayed_with_refcnt, "\\x1b]0;owned\\x07");
}

}  // namespace
}  // namespace vfqual
