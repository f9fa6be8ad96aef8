#pragma once

#include <cstdint>
#include <vector>

namespace vfqual::suites {

// 4:2:0 of 8 bits with interleaved chroma, without padding. An odd size has chroma for its last column or row.
struct Nv12Picture {
  Nv12Picture(unsigned columns, unsigned rows)
      : width(columns),
        height(rows),
        luma(std::size_t{columns} * rows),
        chroma(std::size_t{ChromaStride()} * ChromaRows()) {}

  unsigned ChromaStride() const { return (width + 1) / 2 * 2; }
  unsigned ChromaRows() const { return (height + 1) / 2; }

  bool operator==(const Nv12Picture&) const = default;

  unsigned width;
  unsigned height;
  std::vector<std::uint8_t> luma;
  std::vector<std::uint8_t> chroma;
};

}  // namespace vfqual::suites
