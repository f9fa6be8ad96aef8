// H.264: encoded by libx264, decoded by libavcodec.
#pragma once

#include "suites/lab-va/codec.h"

namespace vfqual::lab_va {

extern const Codec kH264Codec;

}  // namespace vfqual::lab_va
