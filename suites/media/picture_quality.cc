#include "suites/media/picture_quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

namespace vfqual::suites {
namespace {

double PsnrOf(std::uint64_t squares, std::size_t samples) {
  if (squares == 0) return kPsnrOfEqual;
  const double mean = static_cast<double>(squares) / static_cast<double>(samples);
  return std::min(kPsnrOfEqual, 10 * std::log10(255.0 * 255.0 / mean));
}

std::uint64_t Square(std::uint8_t left, std::uint8_t right) {
  const std::uint64_t difference = left < right ? right - left : left - right;
  return difference * difference;
}

double Psnr(const std::vector<std::uint8_t>& left, const std::vector<std::uint8_t>& right) {
  std::uint64_t squares = 0;
  for (std::size_t at = 0; at < left.size(); ++at) squares += Square(left[at], right[at]);
  return PsnrOf(squares, left.size());
}

double WorstBlockPsnr(const Nv12Picture& left, const Nv12Picture& right) {
  constexpr unsigned kSide = 16;
  double worst = kPsnrOfEqual;
  for (unsigned top = 0; top < left.height; top += kSide) {
    for (unsigned begin = 0; begin < left.width; begin += kSide) {
      const unsigned bottom = std::min(top + kSide, left.height);
      const unsigned end = std::min(begin + kSide, left.width);
      std::uint64_t squares = 0;
      for (unsigned y = top; y < bottom; ++y) {
        const std::size_t row = std::size_t{y} * left.width;
        for (unsigned x = begin; x < end; ++x) squares += Square(left.luma[row + x], right.luma[row + x]);
      }
      worst = std::min(worst, PsnrOf(squares, std::size_t{bottom - top} * (end - begin)));
    }
  }
  return worst;
}

// Of the samples of a part of two pictures. Whole numbers: a CPU that is emulated takes ten times as long for others.
struct Sums {
  std::uint32_t count = 0;
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  std::uint32_t squares_left = 0;
  std::uint32_t squares_right = 0;
  std::uint32_t products = 0;

  void Add(std::uint32_t a, std::uint32_t b) {
    ++count;
    left += a;
    right += b;
    squares_left += a * a;
    squares_right += b * b;
    products += a * b;
  }
  void Add(const Sums& other) {
    count += other.count;
    left += other.left;
    right += other.right;
    squares_left += other.squares_left;
    squares_right += other.squares_right;
    products += other.products;
  }
};

// Windows of 8 by 8 samples overlap by half: each consists of up to four blocks of this side.
constexpr unsigned kBlockSide = 4;

// Of a row of blocks that begins at the row of samples `top`.
std::vector<Sums> BlockSums(const Nv12Picture& left, const Nv12Picture& right, unsigned top) {
  std::vector<Sums> blocks((left.width + kBlockSide - 1) / kBlockSide);
  for (unsigned row = top; row < std::min(top + kBlockSide, left.height); ++row) {
    const std::uint8_t* a = left.luma.data() + std::size_t{row} * left.width;
    const std::uint8_t* b = right.luma.data() + std::size_t{row} * left.width;
    for (unsigned column = 0; column < left.width; ++column) blocks[column / kBlockSide].Add(a[column], b[column]);
  }
  return blocks;
}

// Wang et al., "Image quality assessment: from error visibility to structural similarity" (2004), equation 13, in one
// window, each sample of the same weight.
double WindowSsim(const Sums& window) {
  constexpr double kC1 = 0.01 * 255 * 0.01 * 255;
  constexpr double kC2 = 0.03 * 255 * 0.03 * 255;
  const double count = window.count;
  const double mean_left = window.left / count;
  const double mean_right = window.right / count;
  const double variances =
      window.squares_left / count - mean_left * mean_left + window.squares_right / count - mean_right * mean_right;
  const double covariance = window.products / count - mean_left * mean_right;
  return (2 * mean_left * mean_right + kC1) * (2 * covariance + kC2) /
         ((mean_left * mean_left + mean_right * mean_right + kC1) * (variances + kC2));
}

double Ssim(const Nv12Picture& left, const Nv12Picture& right) {
  double sum = 0;
  unsigned windows = 0;
  auto upper = BlockSums(left, right, 0);
  for (unsigned y = 0; y < left.height; y += kBlockSide) {
    auto lower = y + kBlockSide < left.height ? BlockSums(left, right, y + kBlockSide) : std::vector<Sums>{};
    for (std::size_t at = 0; at < upper.size(); ++at) {
      Sums window = upper[at];
      if (at + 1 < upper.size()) window.Add(upper[at + 1]);
      if (at < lower.size()) window.Add(lower[at]);
      if (at + 1 < lower.size()) window.Add(lower[at + 1]);
      sum += WindowSsim(window);
      ++windows;
    }
    upper = std::move(lower);
  }
  return sum / windows;
}

Status CheckSamePlane(const std::vector<std::uint8_t>& expected, const std::vector<std::uint8_t>& actual,
                      unsigned stride, const char* plane, unsigned picture_number) {
  const auto [wrong, is] = std::mismatch(expected.begin(), expected.end(), actual.begin());
  if (wrong == expected.end()) return {};
  const auto at = static_cast<std::size_t>(wrong - expected.begin());
  std::size_t count = 0;
  for (std::size_t index = at; index < expected.size(); ++index) count += expected[index] != actual[index] ? 1U : 0U;
  return Fail(fmt::format("picture {}: {} at column {}, row {} is {}, {} expected ({} of {} samples differ)",
                          picture_number, plane, at % stride, at / stride, *is, *wrong, count, expected.size()));
}

Status CheckSameSize(const Nv12Picture& expected, const Nv12Picture& actual, unsigned picture_number) {
  if (expected.width == actual.width && expected.height == actual.height) return {};
  return Fail(fmt::format("picture {} has {}x{} samples, {}x{} expected", picture_number, actual.width, actual.height,
                          expected.width, expected.height));
}

Status CheckClosePlane(const std::vector<std::uint8_t>& expected, const std::vector<std::uint8_t>& actual,
                       unsigned stride, const char* plane, const Closeness& closeness, unsigned picture_number) {
  for (std::size_t at = 0; at < expected.size(); ++at) {
    const int off = std::abs(int{actual[at]} - int{expected[at]});
    if (off <= static_cast<int>(closeness.most_off)) continue;
    return Fail(fmt::format("picture {}: {} at column {}, row {} is {}, {} expected, {} more or less", picture_number,
                            plane, at % stride, at / stride, actual[at], expected[at], closeness.most_off));
  }
  const double psnr_db = Psnr(expected, actual);
  if (psnr_db >= closeness.psnr_db) return {};
  return Fail(fmt::format("picture {}: the PSNR of {} against what software decodes is {:.2f} dB, at least {} expected",
                          picture_number, plane, psnr_db, closeness.psnr_db));
}

}  // namespace

double LumaPsnr_db(const Nv12Picture& source, const Nv12Picture& decoded) {
  return Psnr(source.luma, decoded.luma);
}

PictureQuality CompareQuality(const Nv12Picture& source, const Nv12Picture& decoded) {
  return {Psnr(source.luma, decoded.luma), Psnr(source.chroma, decoded.chroma), Ssim(source, decoded),
          WorstBlockPsnr(source, decoded)};
}

Status CheckQuality(const PictureQuality& quality, const QualityFloor& floor, unsigned picture_number) {
  const auto below = [&](const char* what, double value, double limit, const char* unit) {
    return Fail(fmt::format("picture {} is damaged: its {} against the source is {:.2f}{}, at least {:.2f}{} expected",
                            picture_number, what, value, unit, limit, unit));
  };
  if (quality.luma_psnr_db < floor.psnr_db) return below("luma PSNR", quality.luma_psnr_db, floor.psnr_db, " dB");
  if (quality.chroma_psnr_db < floor.psnr_db) return below("chroma PSNR", quality.chroma_psnr_db, floor.psnr_db, " dB");
  if (quality.ssim < floor.ssim) return below("SSIM", quality.ssim, floor.ssim, "");
  if (quality.worst_block_psnr_db < floor.worst_block_psnr_db) {
    return below("worst block's luma PSNR", quality.worst_block_psnr_db, floor.worst_block_psnr_db, " dB");
  }
  return {};
}

Status CheckSamePicture(const Nv12Picture& expected, const Nv12Picture& actual, unsigned picture_number) {
  if (auto same = CheckSameSize(expected, actual, picture_number); !same) return same;
  if (expected.luma_low.size() != actual.luma_low.size()) {
    return Fail(fmt::format("picture {} has {} bits a sample, {} expected", picture_number,
                            actual.luma_low.empty() ? 8 : 10, expected.luma_low.empty() ? 8 : 10));
  }
  const unsigned stride = expected.ChromaStride();
  return CheckSamePlane(expected.luma, actual.luma, expected.width, "luma", picture_number)
      .and_then([&] { return CheckSamePlane(expected.chroma, actual.chroma, stride, "chroma", picture_number); })
      .and_then([&] {
        return CheckSamePlane(expected.luma_low, actual.luma_low, expected.width, "luma's lowest two of ten bits",
                              picture_number);
      })
      .and_then([&] {
        return CheckSamePlane(expected.chroma_low, actual.chroma_low, stride, "chroma's lowest two of ten bits",
                              picture_number);
      });
}

Status CheckClosePicture(const Nv12Picture& expected, const Nv12Picture& actual, const Closeness& closeness,
                         unsigned picture_number) {
  if (auto same = CheckSameSize(expected, actual, picture_number); !same) return same;
  return CheckClosePlane(expected.luma, actual.luma, expected.width, "luma", closeness, picture_number).and_then([&] {
    return CheckClosePlane(expected.chroma, actual.chroma, expected.ChromaStride(), "chroma", closeness,
                           picture_number);
  });
}

}  // namespace vfqual::suites
