#include "suites/media/va_encoder.h"

extern "C" {
#include <libavutil/opt.h>
}
#include <fmt/format.h>

#include "suites/media/av_log.h"
#include "suites/media/va_device.h"

namespace vfqual::suites {
namespace {

Result<AvHandle<AVCodecContext>> OpenEncoder(const EncodeRequest& request, AVBufferRef* pool, const AvLog& log) {
  const AVCodec* const codec = avcodec_find_encoder_by_name(request.profile.encoder);
  if (codec == nullptr) return Fail(fmt::format("this libavcodec has no {}", request.profile.encoder));
  AvHandle<AVCodecContext> context(avcodec_alloc_context3(codec));
  if (!context) return Fail("avcodec_alloc_context3: no memory");
  context->width = static_cast<int>(request.width);
  context->height = static_cast<int>(request.height);
  context->pix_fmt = AV_PIX_FMT_VAAPI;
  context->time_base = {1, request.pictures_per_second};
  context->framerate = {request.pictures_per_second, 1};
  context->profile = request.profile.av_profile;
  context->max_b_frames = static_cast<int>(request.b_pictures);
  context->gop_size = static_cast<int>(request.pictures) + 1;
  context->hw_frames_ctx = av_buffer_ref(pool);
  if (request.mode == RateControl::kConstantQp) {
    context->global_quality = request.profile.quality;
    // Key and B pictures take the quality of the others.
    context->i_quant_factor = 1;
    context->i_quant_offset = 0;
    context->b_quant_factor = 1;
    context->b_quant_offset = 0;
  } else {
    context->bit_rate = request.target_bps;
    context->rc_max_rate = request.mode == RateControl::kConstantRate ? request.target_bps : request.max_bps;
  }
  if (request.profile.has_rate_control) {
    av_opt_set(context->priv_data, "rc_mode", std::string(Word(request.mode)).c_str(), 0);
  }
  if (request.low_power) av_opt_set_int(context->priv_data, "low_power", 1, 0);
  if (const int error = avcodec_open2(context.get(), codec, nullptr); error < 0) {
    return Fail(log.Failed(fmt::format("opening {}", request.profile.encoder), error));
  }
  return context;
}

// Takes what the encoder has ready. False at the stream's end.
Result<bool> TakePackets(AVCodecContext* encoder, EncodedStream& stream, const AvLog& log) {
  const AvHandle<AVPacket> packet(av_packet_alloc());
  if (!packet) return Fail("av_packet_alloc: no memory");
  for (;;) {
    const int error = avcodec_receive_packet(encoder, packet.get());
    if (error == AVERROR(EAGAIN)) return true;
    if (error == AVERROR_EOF) return false;
    if (error < 0) return Fail(log.Failed("encoding a picture", error));
    if (packet->size > 0) {
      stream.pictures.push_back({packet->pts, {packet->data, packet->data + packet->size}});
    }
    av_packet_unref(packet.get());
  }
}

}  // namespace

std::string_view Word(RateControl mode) {
  switch (mode) {
    case RateControl::kConstantQp:
      return "CQP";
    case RateControl::kConstantRate:
      return "CBR";
    case RateControl::kVariableRate:
      return "VBR";
  }
  return "unknown";
}

std::uint64_t EncodedStream::Bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& picture : pictures) bytes += picture.bytes.size();
  return bytes;
}

std::vector<std::uint8_t> EncodedStream::Joined() const {
  std::vector<std::uint8_t> joined;
  for (const auto& picture : pictures) joined.insert(joined.end(), picture.bytes.begin(), picture.bytes.end());
  return joined;
}

Result<EncodedStream> EncodeWithVa(AVBufferRef* device, const EncodeRequest& request,
                                   const std::function<Nv12Picture(unsigned)>& source) {
  const auto pool = MakeSurfacePool(device, request.width, request.height, request.profile.ten_bits);
  if (!pool) return Fail(pool.error());
  const AvLog log;
  const auto encoder = OpenEncoder(request, pool->get(), log);
  if (!encoder) return Fail(encoder.error());
  EncodedStream stream;
  for (unsigned number = 0; number < request.pictures; ++number) {
    const auto frame = Upload(pool->get(), source(number));
    if (!frame) return Fail(frame.error());
    (*frame)->pts = number;
    if (const int error = avcodec_send_frame(encoder->get(), frame->get()); error < 0) {
      return Fail(log.Failed(fmt::format("encoding picture {}", number), error));
    }
    if (const auto taken = TakePackets(encoder->get(), stream, log); !taken) return Fail(taken.error());
  }
  avcodec_send_frame(encoder->get(), nullptr);
  if (const auto taken = TakePackets(encoder->get(), stream, log); !taken) return Fail(taken.error());
  return stream;
}

}  // namespace vfqual::suites
