#include "reports/model/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual::reports {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

TEST(ValidUtf8, KeepsWellFormedText) {
  const std::string text = "a\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF";
  EXPECT_TRUE(IsValidUtf8(text));
  EXPECT_EQ(ValidUtf8(text), text);
}

TEST(ValidUtf8, MarksEachBadByte) {
  const std::pair<std::string, std::string> cases[] = {
      {"a\xFFz", "a\uFFFDz"},                            // never a lead byte
      {"\xC0\x80", "\uFFFD\uFFFD"},                      // overlong NUL
      {"\xE0\x80\x80", "\uFFFD\uFFFD\uFFFD"},            // overlong
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},            // surrogate
      {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},  // above U+10FFFF
      {"\xE2\x82", "\uFFFD\uFFFD"},                      // cut
      {"\xE2\x82z", "\uFFFD\uFFFDz"},
      {"\x80", "\uFFFD"},
  };
  for (const auto& [given, wanted] : cases) {
    EXPECT_FALSE(IsValidUtf8(given));
    EXPECT_EQ(ValidUtf8(given), wanted);
    EXPECT_TRUE(IsValidUtf8(ValidUtf8(given)));
  }
}

TEST(BoundedText, KeepsWhatFits) {
  EXPECT_EQ(BoundedText(std::string(100, 'x'), 100), std::string(100, 'x'));
}

TEST(BoundedText, CutsBetweenCharactersAndSaysHowMuch) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "\u20AC";
  const std::string bounded = BoundedText(text, 100);
  EXPECT_LE(bounded.size(), 100U);
  EXPECT_TRUE(IsValidUtf8(bounded));
  EXPECT_EQ(bounded.substr(60), "… [120 bytes cut]");
}

TEST(BoundedText, BoundsTextThatGrowsByReplacement) {
  EXPECT_LE(BoundedText(std::string(90, '\xFF'), 100).size(), 100U);
}

TEST(VisibleText, ControlCharactersBecomePictures) {
  EXPECT_EQ(VisibleText(std::string("a\0b\x1B[31mc\x7F", 10)), "a␀b␛[31mc␡");
}

TEST(VisibleText, LinesAndTabsStay) {
  EXPECT_EQ(VisibleText("a\r\nb\tc\rd\n"), "a\nb\tc␍d\n");
}

TEST(VisibleText, ReorderingAndHiddenCharactersAreNamed) {
  EXPECT_EQ(VisibleText("a\u202Eb\u200Bc\u2066d\uFEFF\u2028"), "a[U+202E]b[U+200B]c[U+2066]d[U+FEFF][U+2028]");
}

TEST(VisibleText, SaysHowMuchOfTheGivenTextIsCut) {
  const std::string visible = VisibleText(std::string(1'000'000, '\x1B'), 100);
  EXPECT_LE(visible.size(), 100U);
  EXPECT_THAT(visible, StartsWith("␛␛␛"));
  EXPECT_THAT(visible, EndsWith("… [999980 bytes cut]"));
}

}  // namespace
}  // namespace vfqual::reports
