#include "suites/media/smooth_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual::suites {
namespace {

using testing::DoubleNear;

// ITU-R BT.601: black, white and pure red by hand. Red is Y = 16 + 219·0.299, Cb = 128 - 224·0.299/1.772, Cr = 240.
TEST(RgbOf, KnowsBlackWhiteAndRed) {
  const auto black = RgbOf(16, 128, 128);
  EXPECT_THAT(black.red + black.green + black.blue, DoubleNear(0, 0.001));
  const auto white = RgbOf(235, 128, 128);
  EXPECT_THAT(white.green, DoubleNear(255, 0.001));
  const auto red = RgbOf(81.481, 90.203, 240);
  EXPECT_THAT(red.red, DoubleNear(255, 0.01));
  EXPECT_THAT(red.green, DoubleNear(0, 0.01));
  EXPECT_THAT(red.blue, DoubleNear(0, 0.01));
}

TEST(SmoothPicture, IsTheSamePictureAtAnySize) {
  const auto small = SmoothPicture(64, 48);
  const auto large = SmoothPicture(128, 96);
  // The middle of a small sample is the corner between four large ones.
  for (unsigned y = 0; y < 48; ++y) {
    for (unsigned x = 0; x < 64; ++x) {
      const std::size_t at = std::size_t{y} * 2 * 128 + std::size_t{x} * 2;
      const double mean = (large.luma[at] + large.luma[at + 1] + large.luma[at + 128] + large.luma[at + 129]) / 4.0;
      ASSERT_NEAR(small.luma[std::size_t{y} * 64 + x], mean, 1.1);
    }
  }
}

}  // namespace
}  // namespace vfqual::suites
