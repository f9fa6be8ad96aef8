// MPEG-2 video, main profile: decoded by libavcodec. As on current hardware there is no encoder.
#pragma once

#include "suites/lab-va/codec.h"

namespace vfqual::lab_va {

extern const Codec kMpeg2Codec;

}  // namespace vfqual::lab_va
