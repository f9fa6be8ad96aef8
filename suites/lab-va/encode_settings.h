// What an application says of an H.264 stream, in libva's buffers, as settings of the encoder.
#pragma once

#include <va/va.h>

#include "suites/lab-va/h264_encoder.h"

namespace vfqual::lab_va {

// False where the sequence is one that the driver does not code.
bool ApplySequence(const VAEncSequenceParameterBufferH264& sequence, EncodeSettings& settings);
void ApplyPicture(const VAEncPictureParameterBufferH264& picture, EncodeSettings& settings);

EncodePicture PictureOf(const VAEncPictureParameterBufferH264& picture, const VAEncSliceParameterBufferH264& slice);

}  // namespace vfqual::lab_va
