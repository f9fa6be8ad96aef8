#include "suites/compute/tone_map_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace vfqual::suites {
namespace {

using Rgb = std::array<double, 3>;

// SMPTE ST 2084 (ITU-R BT.2100, table 4), from a signal in 0..1 to units of 100 cd/m2.
double PqToLinear(double signal) {
  const double root = std::pow(std::clamp(signal, 0.0, 1.0), 32.0 / 2523);
  const double c1 = 3424.0 / 4096;
  const double c2 = 2413.0 / 128;
  const double c3 = 2392.0 / 128;
  return 100 * std::pow(std::max(root - c1, 0.0) / (c2 - c3 * root), 16384.0 / 2610);
}

// John Hable's filmic curve ("Uncharted 2", GDC 2010) with its published constants.
double Hable(double x) {
  const double a = 0.15;
  const double b = 0.5;
  const double c = 0.1;
  const double d = 0.2;
  const double e = 0.02;
  const double f = 0.3;
  return (x * (a * x + c * b) + d * e) / (x * (a * x + b) + d * f) - e / f;
}

// The transfer function of ITU-R BT.709-6, item 1.2.
double LinearToBt709(double x) {
  return x < 0.018 ? 4.5 * x : 1.099 * std::pow(x, 0.45) - 0.099;
}

// ITU-R BT.2020-2, table 4: Kr = 0.2627, Kb = 0.0593.
Rgb Bt2020Signal(double y, double cb, double cr) {
  const double red = y + 1.4746 * cr;
  const double blue = y + 1.8814 * cb;
  return {red, (y - 0.2627 * red - 0.0593 * blue) / 0.6780, blue};
}

// ITU-R BT.2407-0, annex 2: linear light from BT.2020's primaries to BT.709's.
Rgb ToBt709Primaries(const Rgb& light) {
  constexpr std::array<Rgb, 3> kMatrix{
      {{1.660491, -0.587641, -0.072850}, {-0.124550, 1.132900, -0.008350}, {-0.018151, -0.100579, 1.118730}}};
  Rgb out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto& row = kMatrix.at(i);
    out.at(i) = row[0] * light[0] + row[1] * light[1] + row[2] * light[2];
  }
  return out;
}

Rgb ToneMapped(const Rgb& signal, double peak) {
  Rgb light{};
  std::transform(signal.begin(), signal.end(), light.begin(), PqToLinear);
  const double largest = std::max(1e-6, *std::max_element(light.begin(), light.end()));
  const double scale = Hable(largest) / Hable(peak) / largest;
  for (auto& channel : light) channel *= scale;
  Rgb out = ToBt709Primaries(light);
  for (auto& channel : out) channel = LinearToBt709(std::clamp(channel, 0.0, 1.0));
  return out;
}

// Codes of 8 bits, limited range, not rounded (ITU-R BT.709-6, item 3.5).
struct Ycbcr {
  double y = 0;
  double cb = 0;
  double cr = 0;
};

Ycbcr Encode(const Rgb& rgb) {
  const double y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
  return {16 + 219 * y, 128 + 224 * (rgb[2] - y) / 1.8556, 128 + 224 * (rgb[0] - y) / 1.5748};
}

bool Close(std::uint8_t got, double expected) {
  return std::abs(got - std::clamp(expected, 0.0, 255.0)) <= kToneMapTolerance;
}

std::string Sentence(const char* sample, std::size_t x, std::size_t y, std::uint8_t got, double expected) {
  return fmt::format("{} at {}, {} is {}, {:.2f} expected (tolerance {})", sample, x, y, got, expected,
                     kToneMapTolerance);
}

// One block of 2 x 2 pixels, which share their chroma.
std::optional<std::string> BlockMismatch(const HdrFrame& hdr, const SdrFrame& sdr, std::size_t x, std::size_t y) {
  const std::size_t at = ((y / 2) * (hdr.width / 2) + x / 2) * 2;
  const double cb = ((hdr.chroma[at] >> 6U) - 512.0) / 896;
  const double cr = ((hdr.chroma[at + 1] >> 6U) - 512.0) / 896;
  Ycbcr mean;
  for (std::size_t k = 0; k < 4; ++k) {
    const std::size_t pixel = (y + k / 2) * hdr.width + x + k % 2;
    const double signal = ((hdr.luma[pixel] >> 6U) - 64.0) / 876;
    const auto expected = Encode(ToneMapped(Bt2020Signal(signal, cb, cr), hdr.peak));
    if (!Close(sdr.luma[pixel], expected.y)) {
      return Sentence("luma", x + k % 2, y + k / 2, sdr.luma[pixel], expected.y);
    }
    mean.cb += expected.cb / 4;
    mean.cr += expected.cr / 4;
  }
  if (!Close(sdr.chroma[at], mean.cb)) return Sentence("Cb", x / 2, y / 2, sdr.chroma[at], mean.cb);
  if (!Close(sdr.chroma[at + 1], mean.cr)) return Sentence("Cr", x / 2, y / 2, sdr.chroma[at + 1], mean.cr);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> FirstToneMapMismatch(const HdrFrame& hdr, const SdrFrame& sdr) {
  for (std::size_t y = 0; y < hdr.height; y += 2) {
    for (std::size_t x = 0; x < hdr.width; x += 2) {
      if (auto mismatch = BlockMismatch(hdr, sdr, x, y)) return mismatch;
    }
  }
  return std::nullopt;
}

}  // namespace vfqual::suites
