#include "suites/lab-va/vpx_stream.h"

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <algorithm>

#include "suites/lab-va/planar_picture.h"

namespace vfqual::lab_va {
namespace {

constexpr unsigned kIndexPerQuantizer = 4;  // libvpx counts quantizers from 0 to 63: those it offers are near every 4th
constexpr unsigned kMostQuantizer = 63;
constexpr unsigned kWrongQuantizerOffset = 6;
constexpr int kFastest = 8;
constexpr unsigned kMillisecondsPerSecond = 1000;

vpx_rc_mode ModeOf(std::uint32_t rate_control) {
  if (rate_control == VA_RC_CQP) return VPX_Q;
  return rate_control == VA_RC_CBR ? VPX_CBR : VPX_VBR;
}

void SetVpxRate(vpx_codec_enc_cfg_t& config, const Vp9Settings& settings, Fault fault) {
  config.rc_end_usage = ModeOf(settings.rate_control);
  config.rc_dropframe_thresh = 0;
  if (settings.rate_control == VA_RC_CQP) {
    const unsigned wrong = fault == Fault::kWrongQp ? kWrongQuantizerOffset : 0;
    config.rc_min_quantizer = config.rc_max_quantizer =
        std::min(settings.q_index / kIndexPerQuantizer + wrong, kMostQuantizer);
    return;
  }
  const unsigned factor = fault == Fault::kIgnoredRateControl ? 2 : 1;
  config.rc_target_bitrate = std::max(1U, settings.target_bps / 1000 * factor);
  config.rc_min_quantizer = 0;
  config.rc_max_quantizer = kMostQuantizer;
  // What stands in the hypothetical decoder's buffer at first may come on top of the rate: little, in a short stream.
  constexpr unsigned kPartOfBuffer = 3;
  const unsigned buffer_bits = settings.buffer_bits != 0 ? settings.buffer_bits : settings.max_bps;
  const auto buffer_ms = static_cast<unsigned>(std::uint64_t{buffer_bits} * kMillisecondsPerSecond /
                                               std::max(1U, settings.target_bps) / kPartOfBuffer);
  config.rc_buf_sz = std::max(1U, buffer_ms);
  config.rc_buf_initial_sz = config.rc_buf_optimal_sz = std::max(1U, buffer_ms / 2);
}

}  // namespace

void VpxStream::Destroy::operator()(vpx_codec_ctx* codec) const {
  vpx_codec_destroy(codec);
  delete codec;
}

std::unique_ptr<VpxStream> VpxStream::Make(const Vp9Settings& settings, Fault fault) {
  vpx_codec_enc_cfg_t config{};
  if (vpx_codec_enc_config_default(vpx_codec_vp9_cx(), &config, 0) != VPX_CODEC_OK) return nullptr;
  config.g_w = settings.width;
  config.g_h = settings.height;
  config.g_timebase = {static_cast<int>(settings.frame_rate_denominator),
                       static_cast<int>(settings.frame_rate_numerator)};
  config.g_threads = 1;
  config.g_lag_in_frames = 0;
  config.kf_mode = VPX_KF_DISABLED;  // which picture is a key picture is the application's decision
  SetVpxRate(config, settings, fault);
  auto codec = std::make_unique<vpx_codec_ctx>();
  if (vpx_codec_enc_init(codec.get(), vpx_codec_vp9_cx(), &config, 0) != VPX_CODEC_OK) return nullptr;
  Handle handle(codec.release());
  if (vpx_codec_control(handle.get(), VP8E_SET_CPUUSED, kFastest) != VPX_CODEC_OK ||
      vpx_codec_control(handle.get(), VP8E_SET_ENABLEAUTOALTREF, 0U) != VPX_CODEC_OK) {
    return nullptr;
  }
  // Any sharpness of the loop filter is right; it stands in each picture's header.
  std::unique_ptr<VpxStream> stream(new VpxStream(std::move(handle), settings, fault));
  if (const auto length = stream->faults_.RandomLength()) {
    constexpr unsigned kSharpnesses = 7;
    vpx_codec_control(stream->codec_.get(), VP8E_SET_SHARPNESS, 1 + length % kSharpnesses);
  }
  return stream;
}

bool VpxStream::Encode(const Surface& surface, bool key, std::vector<std::uint8_t>& coded) {
  constexpr unsigned kPaddedTo = 2;
  auto planar = TakeApart(surface, settings_.width, settings_.height, kPaddedTo);
  vpx_image_t image{};
  if (vpx_img_wrap(&image, VPX_IMG_FMT_I420, settings_.width, settings_.height, 1, planar.Row(0, 0)) == nullptr) {
    return false;
  }
  for (unsigned plane = 0; plane < planar.planes.size(); ++plane) {
    image.planes[plane] = planar.Row(plane, 0);
    image.stride[plane] = static_cast<int>(planar.planes.at(plane).columns);
  }
  const vpx_enc_frame_flags_t flags = key ? VPX_EFLAG_FORCE_KF : 0;
  if (vpx_codec_encode(codec_.get(), &image, pictures_++, 1, flags, VPX_DL_REALTIME) != VPX_CODEC_OK) return false;
  coded.clear();
  vpx_codec_iter_t iterator = nullptr;
  while (const vpx_codec_cx_pkt_t* const packet = vpx_codec_get_cx_data(codec_.get(), &iterator)) {
    if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
    const auto* const bytes = static_cast<const std::uint8_t*>(packet->data.frame.buf);
    coded.insert(coded.end(), bytes, bytes + packet->data.frame.sz);
  }
  if (coded.empty()) return false;
  faults_.Apply(coded);
  return true;
}

}  // namespace vfqual::lab_va
