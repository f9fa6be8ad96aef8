#include "harness/stages/suite_output.h"

#include <gtest/gtest.h>

namespace vfqual {
namespace {

using reports::Verdict;

constexpr const char* kHead = "[ SET-UP   ] opening the VA driver\n";

TEST(SuiteOutput, TellsTheSetUpThatItBrokeOffIn) {
  const auto output = ParseSuiteOutput(kHead);
  EXPECT_EQ(output.set_up, "opening the VA driver");
  EXPECT_FALSE(output.running);
  EXPECT_TRUE(output.ended.empty());
}

TEST(SuiteOutput, TellsWhichTestsEndedAndWhichRan) {
  const auto output = ParseSuiteOutput(std::string(kHead) +
                                       "[==========] Running 4 tests from 2 test suites.\n"
                                       "[ RUN      ] VaDriver.Initializes\n"
                                       "[       OK ] VaDriver.Initializes (250 ms)\n"
                                       "[ RUN      ] VaDriver.NamesItsVendor\n"
                                       "driver_tests.cc:22: Failure\n"
                                       "[  FAILED  ] VaDriver.NamesItsVendor (0 ms)\n"
                                       "[ RUN      ] VaConfig.Skips\n"
                                       "[  SKIPPED ] VaConfig.Skips (0 ms)\n"
                                       "[ RUN      ] VaSurface.KeepsAPicture\n");
  EXPECT_EQ(output.set_up, "");
  EXPECT_EQ(output.running, "va_surface.keeps_a_picture");
  ASSERT_EQ(output.ended.size(), 3U);
  EXPECT_EQ(output.ended[0].path, "va_driver.initializes");
  EXPECT_EQ(output.ended[0].verdict, Verdict::kPass);
  EXPECT_DOUBLE_EQ(output.ended[0].seconds, 0.25);
  EXPECT_EQ(output.ended[1].verdict, Verdict::kFail);
  EXPECT_FALSE(output.ended[1].reason.empty());
  EXPECT_EQ(output.ended[2].verdict, Verdict::kSkip);
}

TEST(SuiteOutput, TellsThatItEndedItselfForATimeOut) {
  const auto output = ParseSuiteOutput("[ RUN      ] A.B\n[ TIMEOUT  ] A.B: no end after 60 s\n");
  EXPECT_EQ(output.timed_out, "no end after 60 s");
  EXPECT_EQ(output.running, "a.b");
}

TEST(SuiteOutput, AGuestCannotMakeUpTests) {
  const auto output = ParseSuiteOutput(
      "[       OK ] A.B (1 ms)\n[ RUN      ] A.B\n[       OK ] C.D (1 ms)\n"
      "[ RUN      ] A.../<b>\n[ RUN      ] .\n[ RUN      ] nothing\n[ TIMEOUT  ] x\n[ RUN");
  EXPECT_TRUE(output.ended.empty());
  EXPECT_EQ(output.running, "a.____b_");
}

}  // namespace
}  // namespace vfqual
