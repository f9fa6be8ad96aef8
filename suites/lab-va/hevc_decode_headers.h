// libva hands a decoder the slices as they are in the stream, but the parameter sets taken apart, and of the sequence's
// reference picture sets only the picture's own: here they are put together again for a decoder that reads streams.
#pragma once

#include <va/va.h>
#include <va/va_dec_hevc.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "suites/hevc/parameter_sets.h"
#include "suites/hevc/ref_pic_set.h"
#include "suites/lab-va/slices.h"

namespace vfqual::lab_va {

struct HevcDecodePicture {
  std::optional<VAPictureParameterBufferHEVC> parameters;
  std::vector<Slice<VASliceParameterBufferHEVC>> slices;  // NAL units from their first header byte on
};

// Nothing for what is not rebuilt here: scaling lists, references for a long term, another format than 4:2:0.
std::optional<hevc::SequenceParameters> HevcSequenceOf(VAProfile profile,
                                                       const VAPictureParameterBufferHEVC& parameters);
hevc::PictureParameters HevcPictureOf(const VAPictureParameterBufferHEVC& parameters);
hevc::RefPicSet RefPicSetOf(const VAPictureParameterBufferHEVC& parameters);

// All sets and slices as Annex B byte stream, with the reference picture set in each slice's header; nothing where one
// of them cannot be made.
std::optional<std::vector<std::uint8_t>> HevcAccessUnit(VAProfile profile, const HevcDecodePicture& picture);

}  // namespace vfqual::lab_va
