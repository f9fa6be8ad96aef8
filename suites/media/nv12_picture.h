#pragma once

#include <cstdint>
#include <vector>

namespace vfqual::suites {

// 4:2:0 with interleaved chroma, without padding. An odd size has chroma for its last column or row. Of ten bits the
// upper eight are samples like others, and the lower two stand beside them.
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
  std::vector<std::uint8_t> luma_low;  // 0 to 3; empty where the picture has eight bits
  std::vector<std::uint8_t> chroma_low;
};

}  // namespace vfqual::suites
