#include "reports/events/timestamp.h"

#include <gtest/gtest.h>

namespace vfqual::reports {
namespace {

TEST(Timestamp, RoundTrips) {
  const TimeMs time{std::chrono::milliseconds{1795362373042}};
  EXPECT_EQ(FormatTime(time), "2026-11-22T15:46:13.042Z");
  EXPECT_EQ(ParseTime("2026-11-22T15:46:13.042Z"), time);
}

TEST(Timestamp, ParsesNothingElse) {
  for (const char* text :
       {"", "2026-11-22", "2026-11-22T15:46:13Z", "2026-11-22 15:46:13.042Z", "2026-11-22T15:46:13.042+01:00",
        "2026-13-22T15:46:13.042Z", "2026-02-30T15:46:13.042Z", "2026-11-22T24:46:13.042Z", "2026-11-22T15:60:13.042Z",
        "2026-11-22T15:46:13.042ZZ", "2026-11-2aT15:46:13.042Z", "-026-11-22T15:46:13.042Z"}) {
    EXPECT_EQ(ParseTime(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace vfqual::reports
