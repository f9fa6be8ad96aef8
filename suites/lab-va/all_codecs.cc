// The driver for tests on this machine, in which all codecs are.
#include <array>

#include "suites/lab-va/codec_list.h"
#include "suites/lab-va/h264_codec.h"
#include "suites/lab-va/hevc_codec.h"
#include "suites/lab-va/jpeg_codec.h"
#include "suites/lab-va/mpeg2_codec.h"
#include "suites/lab-va/vp9_codec.h"

namespace vfqual::lab_va {

std::span<const Codec* const> BuiltCodecs() {
  static constexpr std::array kBuilt = {&kH264Codec, &kHevcCodec, &kVp9Codec, &kJpegCodec, &kMpeg2Codec};
  return kBuilt;
}

}  // namespace vfqual::lab_va
