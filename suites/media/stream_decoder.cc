#include "suites/media/stream_decoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "suites/media/av_log.h"
#include "suites/media/va_device.h"

namespace vfqual::suites {
namespace {

constexpr int kFramesInUse = 8;  // that a caller may hold beside those that the decoder needs

AVPixelFormat WantSurfaces(AVCodecContext* /*codec*/, const AVPixelFormat* offered) {
  for (; *offered != AV_PIX_FMT_NONE; ++offered) {
    if (*offered == AV_PIX_FMT_VAAPI) return *offered;
  }
  return AV_PIX_FMT_NONE;
}

Result<AvHandle<AVCodecContext>> OpenDecoder(AVCodecID id, AVBufferRef* device, const AvLog& log) {
  const AVCodec* const codec = avcodec_find_decoder(id);
  if (codec == nullptr) return Fail(fmt::format("this libavcodec does not decode {}", avcodec_get_name(id)));
  AvHandle<AVCodecContext> context(avcodec_alloc_context3(codec));
  if (!context) return Fail("avcodec_alloc_context3: no memory");
  context->thread_count = 1;
  // What cannot be decoded is an error, and not made up.
  context->err_recognition = AV_EF_EXPLODE | AV_EF_BITSTREAM;
  context->error_concealment = 0;
  context->pkt_timebase = {1, 30};
  if (device != nullptr) {
    context->hw_device_ctx = av_buffer_ref(device);
    context->get_format = WantSurfaces;
    context->extra_hw_frames = kFramesInUse;
  }
  if (const int error = avcodec_open2(context.get(), codec, nullptr); error < 0) {
    return Fail(log.Failed(fmt::format("opening the decoder of {}", avcodec_get_name(id)), error));
  }
  return context;
}

Status TakePictures(StreamDecoder& decoder, DecodedStream& decoded) {
  for (;;) {
    const auto frame = decoder.Receive();
    if (!frame) return Fail(frame.error());
    if (!*frame) return {};
    auto picture = Download(**frame);
    if (!picture) return Fail(picture.error());
    decoded.pictures.push_back({(*frame)->best_effort_timestamp, std::move(*picture)});
    decoded.av_profile = decoder.AvProfile();
  }
}

}  // namespace

Result<StreamDecoder> StreamDecoder::Open(AVCodecID codec, AVBufferRef* device) {
  const AvLog log;
  auto context = OpenDecoder(codec, device, log);
  if (!context) return Fail(context.error());
  return StreamDecoder(std::move(*context), device != nullptr);
}

Status StreamDecoder::Send(const EncodedPicture& picture) {
  const AvLog log;
  const AvHandle<AVPacket> packet(av_packet_alloc());
  if (!packet || av_new_packet(packet.get(), static_cast<int>(picture.bytes.size())) < 0) return Fail("no memory");
  std::copy(picture.bytes.begin(), picture.bytes.end(), packet->data);
  packet->pts = picture.number;
  const int error = avcodec_send_packet(codec_.get(), packet.get());
  if (error < 0) return Fail(log.Failed(fmt::format("decoding picture {}", picture.number), error));
  return {};
}

void StreamDecoder::End() {
  avcodec_send_packet(codec_.get(), nullptr);
}

Result<AvHandle<AVFrame>> StreamDecoder::Receive() {
  const AvLog log;
  AvHandle<AVFrame> frame(av_frame_alloc());
  if (!frame) return Fail("av_frame_alloc: no memory");
  const int error = avcodec_receive_frame(codec_.get(), frame.get());
  if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return AvHandle<AVFrame>();
  if (error < 0) return Fail(log.Failed("decoding a picture", error));
  if (with_libva_ && frame->format != AV_PIX_FMT_VAAPI) return Fail("decoded in software, though libva was asked for");
  return frame;
}

Result<DecodedStream> DecodeStream(AVCodecID codec, const EncodedStream& stream, AVBufferRef* device) {
  auto decoder = StreamDecoder::Open(codec, device);
  if (!decoder) return Fail(decoder.error());
  DecodedStream decoded;
  for (const auto& picture : stream.pictures) {
    const auto taken = decoder->Send(picture).and_then([&] { return TakePictures(*decoder, decoded); });
    if (!taken) return Fail(taken.error());
  }
  decoder->End();
  if (const auto taken = TakePictures(*decoder, decoded); !taken) return Fail(taken.error());
  return decoded;
}

}  // namespace vfqual::suites
