// A stream of libx265's, whose pictures are shown in the order of coding, made one in which they are shown in another.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "suites/hevc/parameter_sets.h"

namespace vfqual::lab_va {

// For streams whose P pictures refer to the picture coded just before, without temporal motion vector prediction or
// weights, which would depend on the order.
class HevcReorder {
 public:
  // Of each access unit in turn, with its place in the order of display, counted from the last IDR picture. Nothing
  // where it cannot be read.
  std::optional<std::vector<std::uint8_t>> Rewrite(std::span<const std::uint8_t> unit, int poc);

 private:
  std::optional<std::vector<std::uint8_t>> Slice(std::span<const std::uint8_t> nal, int poc) const;

  std::optional<hevc::SequenceParameters> sequence_;
  std::optional<hevc::PictureParameters> picture_;
  int last_poc_ = 0;
};

}  // namespace vfqual::lab_va
