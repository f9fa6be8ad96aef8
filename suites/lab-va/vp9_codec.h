// VP9, profile 0: encoded by libvpx, decoded by libavcodec.
#pragma once

#include "suites/lab-va/codec.h"

namespace vfqual::lab_va {

extern const Codec kVp9Codec;

}  // namespace vfqual::lab_va
