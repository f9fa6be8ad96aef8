#include "suites/compute/saxpy_oracle.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <limits>

namespace vfqual::suites {
namespace {

using testing::HasSubstr;
using testing::Optional;

// Inputs for which one rounding and two give different results.
constexpr float kA = 1.0F + 0x1p-12F;
constexpr std::array<float, 2> kX{1.0F + 0x1p-12F, 3.0F};
constexpr std::array<float, 2> kY{-1.0F - 0x1p-11F, 4.0F};
constexpr float kFused = 0x1p-24F;
constexpr float kSeparate = 0.0F;
constexpr float kSecond = 7.0F + 3 * 0x1p-12F;

std::optional<std::string> Mismatch(std::array<float, 2> result) {
  return FirstSaxpyMismatch({.a = kA, .x = kX, .y = kY}, result);
}

TEST(FirstSaxpyMismatch, TakesOneRoundingAndTwo) {
  EXPECT_EQ(Mismatch({kFused, kSecond}), std::nullopt);
  EXPECT_EQ(Mismatch({kSeparate, kSecond}), std::nullopt);
}

TEST(FirstSaxpyMismatch, FindsTheLastBit) {
  EXPECT_THAT(Mismatch({kFused, std::nextafter(kSecond, 8.0F)}), Optional(HasSubstr("element 1 of 2")));
  EXPECT_THAT(Mismatch({std::nextafter(kFused, 1.0F), kSecond}), Optional(HasSubstr("element 0 of 2")));
}

TEST(FirstSaxpyMismatch, FindsWhatIsNoNumberAndWhatWasNotWritten) {
  EXPECT_THAT(Mismatch({kFused, std::numeric_limits<float>::quiet_NaN()}), Optional(HasSubstr("gave nan")));
  EXPECT_THAT(Mismatch({kFused, 0.0F}), Optional(HasSubstr("element 1")));
}

}  // namespace
}  // namespace vfqual::suites
