// A surface's picture with its chroma taken apart, as software encoders take it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "suites/lab-va/surface.h"

namespace vfqual::lab_va {

// 4:2:0, samples of one byte, or of two with ten bits in the lower ones.
struct PlanarPicture {
  struct Plane {
    unsigned columns = 0;
    unsigned rows = 0;
    std::vector<std::uint8_t> bytes;
  };

  unsigned sample_bytes = 1;
  std::array<Plane, 3> planes;  // Y, U, V

  std::uint8_t* Row(unsigned plane, unsigned row) {
    auto& one = planes.at(plane);
    return one.bytes.data() + std::size_t{row} * one.columns * sample_bytes;
  }
};

// The picture's upper left part of that size, at most the surface's. Luma reaches to a multiple of `padded_to` samples
// in both directions (2 or more), filled with the samples at the edge.
PlanarPicture TakeApart(const Surface& surface, unsigned width, unsigned height, unsigned padded_to);

}  // namespace vfqual::lab_va
