// MPEG-2 streams from libavcodec in software, to be decoded.
#pragma once

#include <functional>

#include "suites/media/nv12_picture.h"
#include "suites/media/va_encoder.h"
#include "suites/support/result.h"

namespace vfqual::suites {

// Of the main profile: a key picture, then P pictures with two B pictures between them.
Result<EncodedStream> EncodeMpeg2(unsigned width, unsigned height, unsigned pictures,
                                  const std::function<Nv12Picture(unsigned)>& source);

}  // namespace vfqual::suites
