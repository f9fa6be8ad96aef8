#include "reports/triage/line_counter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace vfqual::reports {
namespace {

TEST(CountLineFeeds, CountsLikeTheStandardLibrary) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    text += i % 3 == 0 || (i > 9000 && i < 14'500) ? '\n' : static_cast<char>(i % 256);
    if (i % 97 != 0) continue;
    const auto expected = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    ASSERT_EQ(CountLineFeeds(text), expected) << i;
    ASSERT_EQ(CountLineFeeds(std::string_view(text).substr(1)), expected - (text[0] == '\n' ? 1 : 0)) << i;
  }
  EXPECT_EQ(CountLineFeeds(""), 0U);
}

TEST(LineCounter, GoesOnFromBlockToBlock) {
  LineCounter counter;
  const std::string first = "a\nb\n";
  counter.Begin(first);
  EXPECT_EQ(counter.NumberAt(0), 1U);
  EXPECT_EQ(counter.NumberAt(2), 2U);
  EXPECT_EQ(counter.NumberAt(2), 2U);
  const std::string second = "c\nd\ne";
  counter.Begin(second);
  EXPECT_EQ(counter.NumberAt(0), 3U);
  EXPECT_EQ(counter.NumberAt(4), 5U);
}

}  // namespace
}  // namespace vfqual::reports
