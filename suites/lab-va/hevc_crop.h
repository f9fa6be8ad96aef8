// libva tells an HEVC encoder the coded size; the picture's own is in the sequence parameter set that the application
// made.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace vfqual::lab_va {

struct PictureSize {
  unsigned width = 0;
  unsigned height = 0;
};

// Of the first sequence parameter set (ITU-T H.265, 7.3.2.2.1) of 4:2:0 in an Annex B byte stream, without what its
// conformance window crops. Nothing where there is none.
std::optional<PictureSize> SizeInHevcHeaders(std::span<const std::uint8_t> stream);

}  // namespace vfqual::lab_va
