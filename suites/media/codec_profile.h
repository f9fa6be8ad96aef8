// The codecs and profiles that the media suite knows how to check.
#pragma once

#include <cstdint>  // libavutil wants it first

extern "C" {
#include <libavcodec/codec_id.h>
}
#include <va/va.h>

#include <optional>
#include <span>
#include <vector>

#include "suites/va/va_profiles.h"

namespace vfqual::suites {

struct CodecProfile {
  const char* name;  // the tests' suite: "H264High"
  VAProfile va_profile;
  AVCodecID codec;
  int av_profile;       // FF_PROFILE_…
  const char* encoder;  // libavcodec's encoder over libva; null: none in this libavcodec
  bool ten_bits;
  bool has_rate_control;  // beside a constant quality
  int quality;            // near QP 26 of H.264 on the codec's own scale
};

std::span<const CodecProfile> KnownProfiles();

struct OfferedProfile {
  CodecProfile profile;
  std::optional<VAEntrypoint> encode;  // the driver's entrypoint
  bool decode = false;
};

// The known profiles in which the driver encodes or decodes.
std::vector<OfferedProfile> OfferedProfiles(const std::vector<VaCapability>& capabilities);

}  // namespace vfqual::suites
