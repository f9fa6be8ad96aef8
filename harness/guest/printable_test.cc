#include "harness/guest/printable.h"

#include <gtest/gtest.h>

namespace vfqual {
namespace {

TEST(Printable, TextStays) {
  EXPECT_EQ(MakePrintable("a\tb\nµ→𝄞", Unprintable::kDrop), "a\tb\nµ→𝄞");
}

TEST(Printable, ControlsAndBadUtf8) {
  EXPECT_EQ(MakePrintable("a\x07"
                          "b\x7f",
                          Unprintable::kDrop),
            "ab");
  EXPECT_EQ(MakePrintable("a\x07", Unprintable::kEscape), "a\\x07");
  EXPECT_EQ(MakePrintable("\xc2\x9b"
                          "31m",
                          Unprintable::kDrop),
            "31m");  // C1 CSI
  EXPECT_EQ(MakePrintable("\xff\xc3", Unprintable::kDrop), "??");
  EXPECT_EQ(MakePrintable("\xff", Unprintable::kEscape), "\\xff");
}

TEST(Printable, OverlongFormsAndSurrogatesAreNotUtf8) {
  EXPECT_EQ(MakePrintable("\xc0\x80", Unprintable::kDrop), "??");
  EXPECT_EQ(MakePrintable("\xed\xa0\x80", Unprintable::kDrop), "???");
  EXPECT_EQ(MakePrintable("\xf4\x90\x80\x80", Unprintable::kDrop), "????");
}

}  // namespace
}  // namespace vfqual
