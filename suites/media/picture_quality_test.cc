#include "suites/media/picture_quality.h"

#include <algorithm>
#include <utility>

#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

using testing::DoubleNear;

Nv12Picture Flat(unsigned width, unsigned height, std::uint8_t luma, std::uint8_t chroma) {
  Nv12Picture picture(width, height);
  std::fill(picture.luma.begin(), picture.luma.end(), luma);
  std::fill(picture.chroma.begin(), picture.chroma.end(), chroma);
  return picture;
}

TEST(CompareQuality, OfEqualPicturesIsPerfect) {
  const auto quality = CompareQuality(Flat(33, 17, 80, 90), Flat(33, 17, 80, 90));
  EXPECT_EQ(quality.luma_psnr_db, kPsnrOfEqual);
  EXPECT_EQ(quality.chroma_psnr_db, kPsnrOfEqual);
  EXPECT_DOUBLE_EQ(quality.ssim, 1);
  EXPECT_EQ(quality.worst_block_psnr_db, kPsnrOfEqual);
}

// By hand: a mean square of 1 is 10·lg(65025) = 48.13 dB, of 25 it is 34.15 dB.
TEST(CompareQuality, KnowsThePsnrOfAFlatDifference) {
  const auto quality = CompareQuality(Flat(32, 32, 80, 90), Flat(32, 32, 81, 95));
  EXPECT_THAT(quality.luma_psnr_db, DoubleNear(48.13, 0.005));
  EXPECT_THAT(quality.chroma_psnr_db, DoubleNear(34.15, 0.005));
}

// By hand, for flat windows of 100 and 120: (2·100·120 + C1) / (100² + 120² + C1) with C1 = 6.5025.
TEST(CompareQuality, KnowsTheSsimOfAFlatDifference) {
  EXPECT_THAT(CompareQuality(Flat(16, 16, 100, 0), Flat(16, 16, 120, 0)).ssim, DoubleNear(0.983611, 0.000005));
}

// Equal means, opposite structure: (C1 + …)/(…) is 1 for the means, and (2·cov + C2)/(2·var + C2) for a chequer of ±20.
TEST(CompareQuality, KnowsTheSsimOfOppositeStructure) {
  auto left = Flat(16, 16, 0, 0);
  auto right = Flat(16, 16, 0, 0);
  for (std::size_t at = 0; at < left.luma.size(); ++at) {
    const bool dark = (at + at / 16) % 2 == 0;
    left.luma[at] = dark ? 80 : 120;
    right.luma[at] = dark ? 120 : 80;
  }
  EXPECT_THAT(CompareQuality(left, right).ssim, DoubleNear((58.5225 - 800) / (58.5225 + 800), 0.0001));
}

// The windows one by one, as the formula has them.
double SsimByWindows(const Nv12Picture& left, const Nv12Picture& right) {
  double sum = 0;
  int windows = 0;
  for (unsigned y = 0; y < left.height; y += 4) {
    for (unsigned x = 0; x < left.width; x += 4, ++windows) {
      double count = 0, a = 0, b = 0, aa = 0, bb = 0, ab = 0;
      for (unsigned row = y; row < std::min(y + 8, left.height); ++row) {
        for (unsigned column = x; column < std::min(x + 8, left.width); ++column) {
          const double one = left.luma[row * left.width + column];
          const double other = right.luma[row * left.width + column];
          count += 1, a += one, b += other, aa += one * one, bb += other * other, ab += one * other;
        }
      }
      a /= count, b /= count;
      sum += (2 * a * b + 6.5025) * (2 * (ab / count - a * b) + 58.5225) /
             ((a * a + b * b + 6.5025) * (aa / count - a * a + bb / count - b * b + 58.5225));
    }
  }
  return sum / windows;
}

TEST(CompareQuality, KnowsTheSsimOfAnySize) {
  for (const auto& [width, height] : {std::pair{37U, 22U}, {8U, 8U}, {3U, 2U}, {64U, 5U}}) {
    auto left = Flat(width, height, 0, 0);
    auto right = left;
    unsigned value = 1;
    for (std::size_t at = 0; at < left.luma.size(); ++at) {
      value = value * 1664525U + 1013904223U;
      left.luma[at] = static_cast<std::uint8_t>(value >> 24U);
      right.luma[at] = static_cast<std::uint8_t>(left.luma[at] ^ (value >> 20U & 15U));
    }
    EXPECT_THAT(CompareQuality(left, right).ssim, DoubleNear(SsimByWindows(left, right), 1e-12))
        << width << "x" << height;
  }
}

TEST(CompareQuality, FindsTheWorstBlock) {
  const auto source = Flat(64, 64, 100, 0);
  auto damaged = source;
  for (unsigned row = 16; row < 32; ++row) std::fill_n(damaged.luma.begin() + row * 64 + 48, 16, std::uint8_t{150});
  const auto quality = CompareQuality(source, damaged);
  EXPECT_THAT(quality.worst_block_psnr_db, DoubleNear(14.15, 0.005));
  EXPECT_THAT(quality.luma_psnr_db, DoubleNear(26.19, 0.005));
}

TEST(CheckQuality, NamesWhatIsBelowTheFloor) {
  const PictureQuality good{40, 42, 0.98, 33};
  EXPECT_THAT(CheckQuality(good, {32, 0.90, 26}, 3), IsOk());
  EXPECT_THAT(
      CheckQuality(good, {41, 0.90, 26}, 3),
      IsError("picture 3 is damaged: its luma PSNR against the source is 40.00 dB, at least 41.00 dB expected"));
  EXPECT_THAT(CheckQuality({40, 30, 0.98, 33}, {32, 0.90, 26}, 3), IsError("chroma PSNR"));
  EXPECT_THAT(CheckQuality({40, 42, 0.80, 33}, {32, 0.90, 26}, 3), IsError("SSIM"));
  EXPECT_THAT(CheckQuality({40, 42, 0.98, 20}, {32, 0.90, 26}, 3), IsError("worst block"));
}

TEST(CheckSamePicture, NamesTheFirstSampleThatDiffers) {
  const auto expected = Flat(6, 4, 10, 20);
  auto actual = expected;
  EXPECT_THAT(CheckSamePicture(expected, actual, 0), IsOk());
  actual.luma[6 * 2 + 5] ^= 1;
  actual.luma[6 * 3] ^= 1;
  EXPECT_THAT(CheckSamePicture(expected, actual, 7),
              IsError("picture 7: luma at column 5, row 2 is 11, 10 expected (2 of 24 samples differ)"));
  actual = expected;
  actual.chroma.back() ^= 1;
  EXPECT_THAT(CheckSamePicture(expected, actual, 0), IsError("chroma at column 5, row 1"));
  EXPECT_THAT(CheckSamePicture(expected, Flat(6, 6, 10, 20), 0), IsError("6x6 samples, 6x4 expected"));
}

TEST(CheckSamePicture, ComparesTenBitsToTheLowest) {
  auto expected = Flat(6, 4, 10, 20);
  expected.luma_low.assign(expected.luma.size(), 1);
  expected.chroma_low.assign(expected.chroma.size(), 2);
  auto actual = expected;
  EXPECT_THAT(CheckSamePicture(expected, actual, 0), IsOk());
  actual.luma_low[6 * 3 + 1] = 0;
  EXPECT_THAT(CheckSamePicture(expected, actual, 0), IsError("luma's lowest two of ten bits at column 1, row 3"));
  actual = expected;
  actual.chroma_low.front() = 3;
  EXPECT_THAT(CheckSamePicture(expected, actual, 0), IsError("chroma's lowest two of ten bits at column 0, row 0"));
  EXPECT_THAT(CheckSamePicture(expected, Flat(6, 4, 10, 20), 0), IsError("has 8 bits a sample, 10 expected"));
}

TEST(CheckClosePicture, BoundsEachSampleAndTheirMean) {
  const auto expected = Flat(6, 4, 10, 20);
  auto actual = expected;
  actual.luma[8] += 2;
  EXPECT_THAT(CheckClosePicture(expected, actual, {2, 45}, 0), IsOk());
  EXPECT_THAT(CheckClosePicture(expected, actual, {1, 45}, 0), IsError("luma at column 2, row 1 is 12, 10 expected"));
  actual = Flat(6, 4, 10, 22);
  EXPECT_THAT(CheckClosePicture(expected, actual, {2, 45}, 0), IsError("the PSNR of chroma"));
  EXPECT_THAT(CheckClosePicture(expected, actual, {2, 40}, 0), IsOk()) << "a mean square of 4 is 42.11 dB";
}

}  // namespace
}  // namespace vfqual::suites
