#include "reports/issues/version_range.h"

#include <gtest/gtest.h>

namespace vfqual::reports {
namespace {

TEST(VersionRange, ComparesNumbersNotText) {
  EXPECT_TRUE(InVersionRange("6.12.107+deb13-amd64", ">=6.12.83"));
  EXPECT_FALSE(InVersionRange("6.9.1", ">=6.12"));
  EXPECT_TRUE(InVersionRange("6.12.107+deb13-amd64", ">=6.12.83 <6.13"));
  EXPECT_FALSE(InVersionRange("6.13.0-1-pve", ">=6.12.83 <6.13"));
  EXPECT_TRUE(InVersionRange("2026.03.05", "<2026.03.05.1"));
  EXPECT_FALSE(InVersionRange("2026.03.05.1", "<2026.03.05.1"));
  EXPECT_TRUE(InVersionRange("6.12", "<=6.12.0"));
}

TEST(VersionRange, CandidatesComeBeforeTheirRelease) {
  EXPECT_TRUE(InVersionRange("2025.11.09-rc1", "<2025.11.09-rc2"));
  EXPECT_FALSE(InVersionRange("2025.11.09", "<2025.11.09-rc2"));
  EXPECT_TRUE(InVersionRange("6.14-rc2", "<6.14"));
  EXPECT_TRUE(InVersionRange("6.14-rc2", ">6.13.99"));
}

TEST(VersionRange, ASeriesAndAnExactRelease) {
  EXPECT_TRUE(InVersionRange("6.14.8-3-bpo12-pve", "6.14.*"));
  EXPECT_FALSE(InVersionRange("6.140.1", "6.14.*"));
  EXPECT_TRUE(InVersionRange("6.5.13-5-pve", "=6.5.13-5-pve"));
  EXPECT_FALSE(InVersionRange("6.5.13-6-pve", "=6.5.13-5-pve"));
  EXPECT_TRUE(InVersionRange("6.6.14-arch1", "=6.6.14"));
}

TEST(VersionRange, WhatCannotBeReadHoldsForNothing) {
  for (const char* wrong : {"", "6.12", ">=", "*", ">=x", "6.14.*-rc1", ">=6.1  <6.2"}) {
    EXPECT_FALSE(IsVersionRange(wrong)) << wrong;
    EXPECT_FALSE(InVersionRange("6.12.1", wrong)) << wrong;
  }
  EXPECT_TRUE(IsVersionRange(">=6.12.83 <6.13"));
  EXPECT_FALSE(InVersionRange("unknown", ">=1"));
  EXPECT_FALSE(InVersionRange("99999999999999999999.1", ">=1"));
}

}  // namespace
}  // namespace vfqual::reports
