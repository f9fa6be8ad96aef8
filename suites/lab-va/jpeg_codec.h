// Baseline JPEG: encoded by libjpeg, decoded by libavcodec.
#pragma once

#include "suites/lab-va/codec.h"

namespace vfqual::lab_va {

extern const Codec kJpegCodec;

}  // namespace vfqual::lab_va
