#include "module/parameter_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

TEST(ParameterValue, IsTheSameHoweverItWasWritten) {
  for (const char* given : {"1", "y", "Y", "on"}) EXPECT_TRUE(SameParameterValue("Y", given)) << given;
  for (const char* given : {"0", "n", "N", "off"}) EXPECT_TRUE(SameParameterValue("N", given)) << given;
  EXPECT_TRUE(SameParameterValue("3", "0x3"));
  EXPECT_TRUE(SameParameterValue("7d55", "7d55"));
  EXPECT_FALSE(SameParameterValue("Y", "0"));
  EXPECT_FALSE(SameParameterValue("0", "3"));
  EXPECT_FALSE(SameParameterValue("-1", "3"));
  EXPECT_FALSE(SameParameterValue("", "0"));
  EXPECT_FALSE(SameParameterValue("1", "y")) << "a number that shows as 1 is no bool";
}

Completed Listed(const std::string& text) {
  Completed completed;
  completed.out = text;
  return completed;
}

TEST(ParameterCheck, TakesWhatSysfsShowsOrTheFileHas) {
  FakeHost host;
  host.SetFile("/sys/module/i915/parameters/disable_display", "Y\n");
  host.SetFile("/sys/module/i915/parameters/enable_guc", "3\n");
  host.Answer("modinfo -F parmtype /m/i915.ko", Listed("enable_guc:int\nhidden:charp\n"));
  const auto check = [&](const std::map<std::string, std::string>& given) {
    return CheckParameters(host, "i915", "/m/i915.ko", given);
  };
  EXPECT_TRUE(check({{"disable_display", "1"}, {"enable_guc", "0x3"}}));
  EXPECT_TRUE(check({{"hidden", "x"}})) << "sysfs does not show a parameter of mode 0";

  const auto other = check({{"enable_guc", "1"}});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().blame, Blame::kSubject);
  EXPECT_THAT(other.error().what, HasSubstr("enable_guc=3, 1 was asked for"));
  const auto unknown = check({{"hid", "1"}});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().what, HasSubstr("no parameter hid"));
}

}  // namespace
}  // namespace vfqual
