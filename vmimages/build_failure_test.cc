#include "vmimages/build_failure.h"

#include <gmock/gmock.h>

namespace vfqual {
namespace {

using testing::HasSubstr;

TEST(BuildFailure, FullDiskWinsOverWhatItCauses) {
  const auto error = ExplainBuildFailure(
      "E: Failed to fetch http://m.example/x.deb\n"
      "tar: ./usr: Cannot write: No space left on device\nE: apt failed\n",
      "exit 25", "/cache/x.log");
  EXPECT_THAT(error.what, HasSubstr("the disk is full"));
  EXPECT_THAT(error.what, HasSubstr("\"tar: ./usr: Cannot write: No space left on device\""));
  EXPECT_THAT(error.what, HasSubstr("/cache/x.log"));
  EXPECT_THAT(error.fix, HasSubstr("VFQUAL_CACHE"));
}

TEST(BuildFailure, NoNetworkNamesTheMirrorOption) {
  const auto error = ExplainBuildFailure(
      "Err:1 http://m.example/debian trixie InRelease\n"
      "  Temporary failure resolving 'm.example'\n",
      "exit 25", "/cache/x.log");
  EXPECT_THAT(error.what, HasSubstr("cannot be resolved"));
  EXPECT_THAT(error.fix, HasSubstr("--mirror"));
}

TEST(BuildFailure, WrongPackageQuotesApt) {
  const auto error = ExplainBuildFailure("E: Unable to locate package no-such-thing", "exit 25", "/cache/x.log");
  EXPECT_THAT(error.what, HasSubstr("\"E: Unable to locate package no-such-thing\""));
  EXPECT_THAT(error.fix, HasSubstr("packages"));
}

TEST(BuildFailure, UnknownCausePointsToTheLog) {
  const auto error = ExplainBuildFailure("something odd\n", "exit 1: something odd", "/cache/x.log");
  EXPECT_THAT(error.what, HasSubstr("exit 1: something odd"));
  EXPECT_THAT(error.what, HasSubstr("/cache/x.log"));
}

}  // namespace
}  // namespace vfqual
