#include "suites/media/smooth_picture.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace vfqual::suites {
namespace {

std::uint8_t Sample(double value) {
  return static_cast<std::uint8_t>(std::lround(value));
}

// Of the middle of a sample, 0 to 1 over the picture; `waves` of them fit.
double Wave(unsigned at, unsigned count, double waves) {
  return std::sin(2 * std::numbers::pi * waves * (at + 0.5) / count);
}

}  // namespace

Nv12Picture SmoothPicture(unsigned width, unsigned height) {
  Nv12Picture picture(width, height);
  std::vector<double> columns_wave(width);
  for (unsigned x = 0; x < width; ++x) columns_wave[x] = 50 * Wave(x, width, 1);
  for (unsigned y = 0; y < height; ++y) {
    const double row_wave = 30 * Wave(y, height, 0.5);
    for (unsigned x = 0; x < width; ++x) {
      picture.luma[std::size_t{y} * width + x] = Sample(126 + columns_wave[x] + row_wave);
    }
  }
  const unsigned columns = picture.ChromaStride() / 2;
  for (unsigned y = 0; y < picture.ChromaRows(); ++y) {
    for (unsigned x = 0; x < columns; ++x) {
      const std::size_t at = std::size_t{y} * picture.ChromaStride() + std::size_t{x} * 2;
      picture.chroma[at] = Sample(108 + 20 * Wave(x, columns, 0.5));
      picture.chroma[at + 1] = Sample(148 - 20 * Wave(y, picture.ChromaRows(), 0.5));
    }
  }
  return picture;
}

Rgb RgbOf(double luma, double blue_difference, double red_difference) {
  const double y = (luma - 16) * 255 / 219;
  const double b = (blue_difference - 128) * 255 / 224;
  const double r = (red_difference - 128) * 255 / 224;
  // With BT.601's weights of red (0.299) and blue (0.114).
  const double green = y - (0.114 * 1.772 * b + 0.299 * 1.402 * r) / 0.587;
  return {std::clamp(y + 1.402 * r, 0.0, 255.0), std::clamp(green, 0.0, 255.0), std::clamp(y + 1.772 * b, 0.0, 255.0)};
}

}  // namespace vfqual::suites
