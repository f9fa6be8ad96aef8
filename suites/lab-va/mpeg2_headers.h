// libva hands a decoder the slices as they are in the stream, but the headers taken apart: here they are put together
// again for a decoder that reads streams (ITU-T H.262, 6.2).
#pragma once

#include <va/va.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "suites/lab-va/slices.h"

namespace vfqual::lab_va {

struct Mpeg2Picture {
  std::optional<VAPictureParameterBufferMPEG2> parameters;
  std::optional<VAIQMatrixBufferMPEG2> quantisers;
  std::vector<Slice<VASliceParameterBufferMPEG2>> slices;
};

// A sequence header, a picture header and the slices of 4:2:0. Nothing where one of them is missing or no start code is
// before a slice.
std::optional<std::vector<std::uint8_t>> Mpeg2Stream(const Mpeg2Picture& picture);

}  // namespace vfqual::lab_va
