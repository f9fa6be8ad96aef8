#include "suites/media/codec_profile.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <array>

namespace vfqual::suites {
namespace {

constexpr std::array kProfiles = {
    CodecProfile{"H264ConstrainedBaseline", VAProfileH264ConstrainedBaseline, AV_CODEC_ID_H264,
                 FF_PROFILE_H264_CONSTRAINED_BASELINE, "h264_vaapi", false, true, 26},
    CodecProfile{"H264Main", VAProfileH264Main, AV_CODEC_ID_H264, FF_PROFILE_H264_MAIN, "h264_vaapi", false, true, 26},
    CodecProfile{"H264High", VAProfileH264High, AV_CODEC_ID_H264, FF_PROFILE_H264_HIGH, "h264_vaapi", false, true, 26},
    CodecProfile{"HevcMain", VAProfileHEVCMain, AV_CODEC_ID_HEVC, FF_PROFILE_HEVC_MAIN, "hevc_vaapi", false, true, 26},
    CodecProfile{"HevcMain10", VAProfileHEVCMain10, AV_CODEC_ID_HEVC, FF_PROFILE_HEVC_MAIN_10, "hevc_vaapi", true, true,
                 26},
    CodecProfile{"Vp9Profile0", VAProfileVP9Profile0, AV_CODEC_ID_VP9, FF_PROFILE_VP9_0, "vp9_vaapi", false, true, 80},
    CodecProfile{"Av1Profile0", VAProfileAV1Profile0, AV_CODEC_ID_AV1, FF_PROFILE_AV1_MAIN, nullptr, false, true, 80},
    CodecProfile{"JpegBaseline", VAProfileJPEGBaseline, AV_CODEC_ID_MJPEG, FF_PROFILE_MJPEG_HUFFMAN_BASELINE_DCT,
                 "mjpeg_vaapi", false, false, 90},
    CodecProfile{"Mpeg2Main", VAProfileMPEG2Main, AV_CODEC_ID_MPEG2VIDEO, FF_PROFILE_MPEG2_MAIN, "mpeg2_vaapi", false,
                 true, 4},
};

}  // namespace

std::span<const CodecProfile> KnownProfiles() {
  return kProfiles;
}

std::vector<OfferedProfile> OfferedProfiles(const std::vector<VaCapability>& capabilities) {
  std::vector<OfferedProfile> offered;
  for (const auto& profile : kProfiles) {
    OfferedProfile found{profile, std::nullopt, false};
    for (const auto& capability : capabilities) {
      if (capability.profile != profile.va_profile) continue;
      if (capability.entrypoint == VAEntrypointVLD) found.decode = true;
      if (capability.entrypoint == VAEntrypointEncSlice || capability.entrypoint == VAEntrypointEncPicture ||
          (capability.entrypoint == VAEntrypointEncSliceLP && !found.encode)) {
        found.encode = capability.entrypoint;
      }
    }
    if (found.decode || found.encode) offered.push_back(found);
  }
  return offered;
}

}  // namespace vfqual::suites
