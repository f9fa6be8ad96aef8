// VP9's uncompressed header (VP9 bitstream specification, 6.2), as far as the quantizer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace vfqual::suites {

struct Vp9Header {
  unsigned profile = 0;
  bool key = false;
  bool shown = false;
  unsigned base_q_idx = 0;
};

// Of profiles 0 and 2, whose colours are 4:2:0. Nothing where the picture is cut short, or only shows another one.
std::optional<Vp9Header> ParseVp9Header(std::span<const std::uint8_t> picture);

}  // namespace vfqual::suites
