// libva hands a decoder the slices as they are in the stream, but the parameter sets taken apart: here they are put
// together again for a decoder that reads streams.
#pragma once

#include <va/va.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "suites/h264/parameter_sets.h"
#include "suites/lab-va/slices.h"

namespace vfqual::lab_va {

using DecodeSlice = Slice<VASliceParameterBufferH264>;  // a NAL unit from its header byte on

struct DecodePicture {
  VAPictureParameterBufferH264 parameters{};
  std::optional<VAIQMatrixBufferH264> scaling;
  std::vector<DecodeSlice> slices;
};

// Nothing for what libva does not tell: a pic_order_cnt_type of 1, or another format than 4:2:0 of 8 bits.
std::optional<h264::SequenceParameters> SequenceOf(VAProfile profile, const VAPictureParameterBufferH264& parameters);

// The set that the slices refer to. Its reference counts are those of the slices that do not bring their own. Nothing
// where a slice's header cannot be read.
std::optional<h264::PictureParameters> PictureOf(const DecodePicture& picture,
                                                 const h264::SequenceParameters& sequence);

// Both sets and all slices as Annex B byte stream; nothing where one of them cannot be made.
std::optional<std::vector<std::uint8_t>> AccessUnit(VAProfile profile, const DecodePicture& picture);

}  // namespace vfqual::lab_va
