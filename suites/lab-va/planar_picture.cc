#include "suites/lab-va/planar_picture.h"

#include <algorithm>
#include <cstring>

namespace vfqual::lab_va {
namespace {

struct Samples {
  const std::uint8_t* first;
  unsigned stride;   // bytes
  unsigned step;     // bytes from one to the next
  unsigned columns;  // that there are
  unsigned rows;
};

// P010 has its ten bits at the top of 16.
void CopyDown(const std::uint8_t* from, std::uint8_t* to, unsigned sample_bytes) {
  if (sample_bytes == 1) {
    *to = *from;
    return;
  }
  std::uint16_t value = 0;
  std::memcpy(&value, from, sizeof(value));
  value = static_cast<std::uint16_t>(value >> 6U);
  std::memcpy(to, &value, sizeof(value));
}

PlanarPicture::Plane TakePlane(const Samples& from, unsigned columns, unsigned rows, unsigned sample_bytes) {
  PlanarPicture::Plane plane{columns, rows, std::vector<std::uint8_t>(std::size_t{columns} * rows * sample_bytes)};
  std::uint8_t* to = plane.bytes.data();
  for (unsigned row = 0; row < rows; ++row) {
    const std::uint8_t* const line = from.first + std::size_t{std::min(row, from.rows - 1)} * from.stride;
    for (unsigned column = 0; column < columns; ++column, to += sample_bytes) {
      CopyDown(line + std::size_t{std::min(column, from.columns - 1)} * from.step, to, sample_bytes);
    }
  }
  return plane;
}

}  // namespace

PlanarPicture TakeApart(const Surface& surface, unsigned width, unsigned height, unsigned padded_to) {
  const auto padded = [=](unsigned size) { return (size + padded_to - 1) / padded_to * padded_to; };
  const unsigned bytes = surface.SampleBytes();
  const unsigned columns = std::min(width, surface.Width());
  const unsigned rows = std::min(height, surface.Height());
  const auto chroma = [&](unsigned offset) {
    const Samples samples{surface.Chroma() + offset, surface.Stride(), 2 * bytes, (columns + 1) / 2, (rows + 1) / 2};
    return TakePlane(samples, padded(width) / 2, padded(height) / 2, bytes);
  };
  return {bytes,
          {TakePlane({surface.Luma(), surface.Stride(), bytes, columns, rows}, padded(width), padded(height), bytes),
           chroma(0), chroma(bytes)}};
}

}  // namespace vfqual::lab_va
