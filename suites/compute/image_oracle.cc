#include "suites/compute/image_oracle.h"

#include <fmt/format.h>

#include <algorithm>

namespace vfqual::suites {

std::optional<std::string> FirstPixelMismatch(const ImageSize& size, const ImageShift& shift,
                                              std::span<const std::uint32_t> source,
                                              std::span<const std::uint32_t> got) {
  const auto pixel = [&](std::span<const std::uint32_t> image, int x, int y) {
    return image[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)];
  };
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const int from_x = std::clamp(size.width - 1 - x + shift.x, 0, size.width - 1);
      const int from_y = std::clamp(y + shift.y, 0, size.height - 1);
      const auto expected = pixel(source, from_x, from_y);
      const auto there = pixel(got, x, y);
      if (there != expected) {
        return fmt::format("the pixel at {}, {} of {} x {} is {:#010x}, {:#010x} (the source's at {}, {}) expected", x,
                           y, size.width, size.height, there, expected, from_x, from_y);
      }
    }
  }
  return std::nullopt;
}

}  // namespace vfqual::suites
