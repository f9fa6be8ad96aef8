// Decides whether a device read and wrote an image right.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vfqual::suites {

// A picture of 8-bit RGBA, a word each pixel, row by row.
struct ImageSize {
  int width = 0;
  int height = 0;
};

struct ImageShift {
  int x = 0;
  int y = 0;
};

// The kernel `mirror_image`: `source` mirrored left to right and moved, its edge continued outwards. Nothing, or a
// sentence about the first pixel of `got` that is wrong.
std::optional<std::string> FirstPixelMismatch(const ImageSize& size, const ImageShift& shift,
                                              std::span<const std::uint32_t> source,
                                              std::span<const std::uint32_t> got);

}  // namespace vfqual::suites
