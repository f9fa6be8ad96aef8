#include "suites/media/moving_picture.h"

#include <cstddef>

namespace vfqual::suites {
namespace {

// A triangle wave between 0 and 255 with the given period.
unsigned Triangle(unsigned at, unsigned period) {
  const unsigned phase = at % period;
  return (phase < period / 2 ? phase : period - 1 - phase) * 510 / period;
}

// 0 to 7, without any order that an encoder could predict.
unsigned Texture(unsigned x, unsigned y) {
  std::uint32_t value = x * 0x9e3779b1U ^ y * 0x85ebca77U;
  value ^= value >> 15U;
  value *= 0x2c1b3c6dU;
  return value >> 29U;
}

}  // namespace

Nv12Picture MovingPicture(unsigned width, unsigned height, unsigned number) {
  Nv12Picture picture(width, height);
  const unsigned side = (width < height ? width : height) / 4 + 2;
  const unsigned left = number * 3 % width;
  const unsigned top = number * 2 % height;
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) {
      const unsigned panned = x + 2 * number;
      unsigned value = 40 + (Triangle(panned, 192) + Triangle(y, 128)) / 4 + Texture(panned, y);
      if (x - left < side && y - top < side) value = 200 - (x - left) / 2 % 16;
      picture.luma[std::size_t{y} * width + x] = static_cast<std::uint8_t>(value);
    }
  }
  for (unsigned y = 0; y < picture.ChromaRows(); ++y) {
    for (unsigned x = 0; x < picture.ChromaStride() / 2; ++x) {
      const std::size_t at = std::size_t{y} * picture.ChromaStride() + std::size_t{x} * 2;
      picture.chroma[at] = static_cast<std::uint8_t>(96 + Triangle(x + number, 256) / 4);
      picture.chroma[at + 1] = static_cast<std::uint8_t>(160 - Triangle(y + number, 256) / 4);
    }
  }
  return picture;
}

}  // namespace vfqual::suites
