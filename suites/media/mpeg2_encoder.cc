#include "suites/media/mpeg2_encoder.h"

#include "suites/media/av_handles.h"
#include "suites/media/av_log.h"

namespace vfqual::suites {
namespace {

constexpr int kQuantiser = 4;  // 1 to 31: near QP 26 of H.264

Result<AvHandle<AVCodecContext>> OpenMpeg2Encoder(unsigned width, unsigned height, unsigned pictures,
                                                  const AvLog& log) {
  const AVCodec* const codec = avcodec_find_encoder(AV_CODEC_ID_MPEG2VIDEO);
  if (codec == nullptr) return Fail("this libavcodec has no software encoder of MPEG-2");
  AvHandle<AVCodecContext> context(avcodec_alloc_context3(codec));
  if (!context) return Fail("avcodec_alloc_context3: no memory");
  context->width = static_cast<int>(width);
  context->height = static_cast<int>(height);
  context->pix_fmt = AV_PIX_FMT_YUV420P;
  context->time_base = {1, 30};
  context->framerate = {30, 1};
  context->thread_count = 1;
  context->gop_size = static_cast<int>(pictures) + 1;
  context->max_b_frames = 2;
  context->flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
  context->global_quality = FF_QP2LAMBDA * kQuantiser;
  if (const int error = avcodec_open2(context.get(), codec, nullptr); error < 0) {
    return Fail(log.Failed("opening the software encoder of MPEG-2", error));
  }
  return context;
}

Result<AvHandle<AVFrame>> PlanarFrame(const Nv12Picture& picture) {
  AvHandle<AVFrame> frame(av_frame_alloc());
  if (!frame) return Fail("av_frame_alloc: no memory");
  frame->format = AV_PIX_FMT_YUV420P;
  frame->width = static_cast<int>(picture.width);
  frame->height = static_cast<int>(picture.height);
  if (av_frame_get_buffer(frame.get(), 0) < 0) return Fail("av_frame_get_buffer: no memory");
  const auto row = [&](int plane, unsigned number) {
    return frame->data[plane] + static_cast<std::ptrdiff_t>(number) * frame->linesize[plane];
  };
  for (unsigned y = 0; y < picture.height; ++y) {
    std::copy_n(picture.luma.data() + std::size_t{y} * picture.width, picture.width, row(0, y));
  }
  for (unsigned y = 0; y < picture.ChromaRows(); ++y) {
    const std::uint8_t* from = picture.chroma.data() + std::size_t{y} * picture.ChromaStride();
    for (unsigned x = 0; x < picture.ChromaStride() / 2; ++x) {
      row(1, y)[x] = *from++;
      row(2, y)[x] = *from++;
    }
  }
  return frame;
}

// The pictures that are ready, or all where the stream has ended.
Status TakeMpeg2(AVCodecContext& context, EncodedStream& stream, const AvLog& log) {
  const AvHandle<AVPacket> packet(av_packet_alloc());
  if (!packet) return Fail("av_packet_alloc: no memory");
  for (;;) {
    const int error = avcodec_receive_packet(&context, packet.get());
    if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return {};
    if (error < 0) return Fail(log.Failed("encoding a picture of MPEG-2 in software", error));
    stream.pictures.push_back({packet->pts, {packet->data, packet->data + packet->size}});
    av_packet_unref(packet.get());
  }
}

}  // namespace

Result<EncodedStream> EncodeMpeg2(unsigned width, unsigned height, unsigned pictures,
                                  const std::function<Nv12Picture(unsigned)>& source) {
  const AvLog log;
  const auto context = OpenMpeg2Encoder(width, height, pictures, log);
  if (!context) return Fail(context.error());
  EncodedStream stream;
  for (unsigned number = 0; number < pictures; ++number) {
    const auto frame = PlanarFrame(source(number));
    if (!frame) return Fail(frame.error());
    (*frame)->pts = number;
    (*frame)->quality = (*context)->global_quality;
    if (const int error = avcodec_send_frame(context->get(), frame->get()); error < 0) {
      return Fail(log.Failed("encoding a picture of MPEG-2 in software", error));
    }
    if (const auto taken = TakeMpeg2(**context, stream, log); !taken) return Fail(taken.error());
  }
  avcodec_send_frame(context->get(), nullptr);
  if (const auto taken = TakeMpeg2(**context, stream, log); !taken) return Fail(taken.error());
  return stream;
}

}  // namespace vfqual::suites
