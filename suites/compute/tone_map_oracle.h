// The reference of the tone-mapping kernel, computed in double, and the tolerance.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vfqual::suites {

// P010: 10-bit codes in the upper bits of 16; luma row by row, then Cb and Cr alternating at half width and height.
// Even width and height.
struct HdrFrame {
  std::size_t width = 0;
  std::size_t height = 0;
  std::span<const std::uint16_t> luma;
  std::span<const std::uint16_t> chroma;
  double peak = 10;  // the brightest that is kept apart, in units of 100 cd/m2
};

// NV12 of the same size.
struct SdrFrame {
  std::span<const std::uint8_t> luma;
  std::span<const std::uint8_t> chroma;
};

// How far a code may be from the reference, which is not rounded: half a step for the rounding to a whole code, and a
// tenth for single precision and for OpenCL's powr (16 ulp).
inline constexpr double kToneMapTolerance = 0.6;

// Nothing, or a sentence about the first sample that is off by more than the tolerance.
std::optional<std::string> FirstToneMapMismatch(const HdrFrame& hdr, const SdrFrame& sdr);

}  // namespace vfqual::suites
