// Streams to decode, and what is right of a decoded picture.
#pragma once

#include "suites/media/codec_profile.h"
#include "suites/media/media_target.h"
#include "suites/media/nv12_picture.h"
#include "suites/media/va_encoder.h"
#include "suites/support/result.h"

namespace vfqual::suites {

// Else the driver's own encoder makes it.
bool IsMadeInSoftware(const CodecProfile& profile);

// The moving picture, coded. Of H.264 by libx264, of MPEG-2, which current hardware only decodes, by libavcodec. There
// is no software encoder of the others here: their streams are the driver's own, and what is right is still software's
// to say. An error where such a stream is not right: a decoder learns nothing from it.
Result<EncodedStream> MakeDecodableStream(const MediaTarget& target, const OfferedProfile& offered, unsigned width,
                                          unsigned height);

// H.264, HEVC and VP9 say what each bit of a decoded picture is. JPEG and MPEG-2 leave the rounding of the inverse
// transform open (IEEE 1180: a sample may be off by one), each decoder has its own, and in MPEG-2 that adds up from one
// predicted picture to the next.
Status CheckDecodedPicture(AVCodecID codec, const Nv12Picture& expected, const Nv12Picture& actual, unsigned number);

}  // namespace vfqual::suites
