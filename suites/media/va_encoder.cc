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
  av_opt_set_int(context->priv_data, "async_depth", request.in_flight, 0);
  if (request.low_power) av_opt_set_int(context->priv_data, "low_power", 1, 0);
  if (const int error = avcodec_open2(context.get(), codec, nullptr); error < 0) {
    return Fail(log.Failed(fmt::format("opening {}", request.profile.encoder), error));
  }
  return context;
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

Result<VaEncoder> VaEncoder::Open(AVBufferRef* pool, const EncodeRequest& request) {
  const AvLog log;
  auto codec = OpenEncoder(request, pool, log);
  if (!codec) return Fail(codec.error());
  VaEncoder encoder(std::move(*codec));
  if (!encoder.packet_) return Fail("av_packet_alloc: no memory");
  return encoder;
}

Status VaEncoder::Send(const AVFrame* surface) {
  const AvLog log;
  const int error = avcodec_send_frame(codec_.get(), surface);
  if (error < 0 && surface != nullptr) return Fail(log.Failed(fmt::format("encoding picture {}", surface->pts), error));
  return {};
}

Status VaEncoder::Take(std::vector<EncodedPicture>& pictures) {
  const AvLog log;
  for (;;) {
    const int error = avcodec_receive_packet(codec_.get(), packet_.get());
    if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return {};
    if (error < 0) return Fail(log.Failed("encoding a picture", error));
    if (packet_->size > 0) pictures.push_back({packet_->pts, {packet_->data, packet_->data + packet_->size}});
    av_packet_unref(packet_.get());
  }
}

Result<EncodedStream> EncodeWithVa(AVBufferRef* device, const EncodeRequest& request,
                                   const std::function<Nv12Picture(unsigned)>& source) {
  const auto pool = MakeSurfacePool(device, request.width, request.height, request.profile.ten_bits);
  if (!pool) return Fail(pool.error());
  auto encoder = VaEncoder::Open(pool->get(), request);
  if (!encoder) return Fail(encoder.error());
  EncodedStream stream;
  for (unsigned number = 0; number < request.pictures; ++number) {
    const auto frame = Upload(pool->get(), source(number));
    if (!frame) return Fail(frame.error());
    (*frame)->pts = number;
    const auto taken = encoder->Send(frame->get()).and_then([&] { return encoder->Take(stream.pictures); });
    if (!taken) return Fail(taken.error());
  }
  const auto ended = encoder->Send(nullptr).and_then([&] { return encoder->Take(stream.pictures); });
  if (!ended) return Fail(ended.error());
  return stream;
}

}  // namespace vfqual::suites
