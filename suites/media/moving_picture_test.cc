#include "suites/media/moving_picture.h"

#include <gtest/gtest.h>

namespace vfqual::suites {
namespace {

TEST(MovingPicture, MovesAndIsTheSameEachTime) {
  EXPECT_EQ(MovingPicture(70, 33, 4), MovingPicture(70, 33, 4));
  EXPECT_NE(MovingPicture(70, 33, 4), MovingPicture(70, 33, 5));
}

// As the ground pans by two columns a picture, what a column shows comes from two columns further right.
TEST(MovingPicture, PansTheGround) {
  const auto first = MovingPicture(256, 64, 0);
  const auto second = MovingPicture(256, 64, 1);
  const std::size_t row = 60 * 256;  // below the square
  for (std::size_t x = 100; x < 200; ++x) EXPECT_EQ(second.luma[row + x], first.luma[row + x + 2]);
}

}  // namespace
}  // namespace vfqual::suites
