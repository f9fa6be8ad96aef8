// HEVC of 8 and 10 bits: encoded by libx265, decoded by libavcodec.
#pragma once

#include "suites/lab-va/codec.h"

namespace vfqual::lab_va {

extern const Codec kHevcCodec;

}  // namespace vfqual::lab_va
