#include "module/kernel_range.h"

#include <gmock/gmock.h>

namespace vfqual {
namespace {

using testing::HasSubstr;
using testing::Optional;

constexpr const char* kConfig = "CONFIG_DRM=m\nCONFIG_PCI_IOV=y\n# CONFIG_PREEMPT_RT is not set\n";

std::optional<std::string> Why(const KernelRange& range, const std::string& release) {
  return WhyExcluded(range, release, "x86_64", kConfig);
}

TEST(KernelRange, ExpressionIsTakenAsBashTakesIt) {
  KernelRange range;
  range.kernel = R"(^(6\.(8|9|1[0-9])|7\.0))";
  EXPECT_FALSE(Why(range, "6.12.107+deb13-amd64"));
  EXPECT_THAT(Why(range, "6.1.0-56-amd64"), Optional(HasSubstr("BUILD_EXCLUSIVE_KERNEL")));
  EXPECT_TRUE(Why(range, "7.3.4+deb13-amd64"));
  range.kernel = "REQUIRES CONFIG_VIDEO_DEV";
  EXPECT_TRUE(Why(range, "6.12.107+deb13-amd64"));
}

TEST(KernelRange, FirstAndLastVersionAreInside) {
  KernelRange range;
  range.minimum = "6.2";
  range.maximum = "6.12.107";
  EXPECT_FALSE(Why(range, "6.2.0-1-amd64"));
  EXPECT_FALSE(Why(range, "6.12.107+deb13-amd64"));
  EXPECT_THAT(Why(range, "6.1.0-56-amd64"), Optional(HasSubstr("older")));
  EXPECT_THAT(Why(range, "6.12.108"), Optional(HasSubstr("newer")));
  EXPECT_TRUE(KernelVersionLess("6.9.1", "6.12"));
  EXPECT_FALSE(KernelVersionLess("7.3.4", "7.3.4"));
}

TEST(KernelRange, OptionsMustBeSetOrNot) {
  KernelRange range;
  range.options = {"CONFIG_PCI_IOV", "CONFIG_DRM", "!CONFIG_PREEMPT_RT"};
  EXPECT_FALSE(Why(range, "6.1"));
  range.options = {"CONFIG_PCI"};  // a part of another option's name is not it
  EXPECT_THAT(Why(range, "6.1"), Optional(HasSubstr("without CONFIG_PCI")));
  range.options = {"!CONFIG_DRM"};
  EXPECT_THAT(Why(range, "6.1"), Optional(HasSubstr("with CONFIG_DRM")));
  EXPECT_FALSE(WhyExcluded(range, "6.1", "x86_64", ""));  // no configuration known
}

TEST(KernelRange, OtherArchitecturesAreOutside) {
  KernelRange range;
  range.architecture = "aarch64|arm";
  EXPECT_THAT(Why(range, "6.1"), Optional(HasSubstr("BUILD_EXCLUSIVE_ARCH")));
}

TEST(KernelRange, WhatDoesNotCompileExcludesNothing) {
  KernelRange range;
  range.kernel = "^(6";
  EXPECT_FALSE(Why(range, "7.0"));
}

}  // namespace
}  // namespace vfqual
