#include "suites/lab-va/av_decoder.h"

#include <libyuv/convert.h>
#include <libyuv/convert_from.h>

#include <algorithm>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
}

namespace vfqual::lab_va {

AvDecoder::~AvDecoder() {
  avcodec_free_context(&codec_);
  av_frame_free(&output_);
  av_frame_free(&current_);
}

std::unique_ptr<AvDecoder> AvDecoder::Make(AVCodecID codec, Fault fault) {
  std::unique_ptr<AvDecoder> decoder(new AvDecoder(fault));
  if (!decoder->Open(codec)) return nullptr;
  return decoder;
}

bool AvDecoder::Open(AVCodecID id) {
  av_log_set_level(AV_LOG_QUIET);  // of the copy that is in this shared object
  const AVCodec* const codec = avcodec_find_decoder(id);
  if (codec == nullptr) return false;
  codec_ = avcodec_alloc_context3(codec);
  output_ = av_frame_alloc();
  current_ = av_frame_alloc();
  if (codec_ == nullptr || output_ == nullptr || current_ == nullptr) return false;
  codec_->opaque = this;
  codec_->get_buffer2 = KeepBuffer;
  codec_->thread_count = 1;
  codec_->thread_type = FF_THREAD_SLICE;
  codec_->error_concealment = 0;
  // Of the codecs that leave the inverse transform's rounding open not the one that a program with libavcodec takes: as
  // with hardware, pictures come out that differ in a few samples, a little.
  codec_->idct_algo = FF_IDCT_INT;
  codec_->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  return avcodec_open2(codec_, codec, nullptr) == 0;
}

int AvDecoder::KeepBuffer(AVCodecContext* codec, AVFrame* frame, int flags) {
  const int result = avcodec_default_get_buffer2(codec, frame, flags);
  if (result < 0) return result;
  auto* const self = static_cast<AvDecoder*>(codec->opaque);
  av_frame_unref(self->current_);
  return av_frame_ref(self->current_, frame);
}

VAStatus AvDecoder::Decode(std::span<const std::uint8_t> bytes, Surface& surface) {
  AVPacket* packet = av_packet_alloc();
  if (packet == nullptr || av_new_packet(packet, static_cast<int>(bytes.size())) != 0) {
    av_packet_free(&packet);
    return VA_STATUS_ERROR_ALLOCATION_FAILED;
  }
  std::copy(bytes.begin(), bytes.end(), packet->data);
  const int sent = avcodec_send_packet(codec_, packet);
  av_packet_free(&packet);
  if (sent < 0) return VA_STATUS_ERROR_DECODING_ERROR;
  int received = 0;
  while (received >= 0) {
    received = avcodec_receive_frame(codec_, output_);
    av_frame_unref(output_);
  }
  if (received != AVERROR(EAGAIN)) return VA_STATUS_ERROR_DECODING_ERROR;
  if (current_->data[0] == nullptr) return VA_STATUS_ERROR_DECODING_ERROR;
  const int picture = pictures_++;
  if (fault_ == Fault::kStalePicture && picture == kFaultyPicture) return VA_STATUS_SUCCESS;
  if (!CopyTo(surface)) return VA_STATUS_ERROR_DECODING_ERROR;
  if (fault_ == Fault::kFlippedPixelBit && picture == kFaultyPicture) {
    surface.Luma()[surface.Stride() + 2 * surface.SampleBytes() - 1] ^= 0x80U;  // the second sample's highest bit
  }
  return VA_STATUS_SUCCESS;
}

bool AvDecoder::CopyTo(Surface& surface) const {
  const auto rows = std::min(surface.Rows(), static_cast<unsigned>(std::max(codec_->coded_height, codec_->height)));
  const auto columns = std::min(surface.Stride() / surface.SampleBytes(),
                                static_cast<unsigned>(std::max(codec_->coded_width, codec_->width)));
  const auto width = static_cast<int>(columns);
  const auto height = static_cast<int>(rows);
  const auto stride = static_cast<int>(surface.Stride());
  const auto& from = *current_;
  if (surface.IsNv12()) {
    if (from.format != AV_PIX_FMT_YUV420P && from.format != AV_PIX_FMT_YUVJ420P) return false;
    return libyuv::I420ToNV12(from.data[0], from.linesize[0], from.data[1], from.linesize[1], from.data[2],
                              from.linesize[2], surface.Luma(), stride, surface.Chroma(), stride, width, height) == 0;
  }
  if (from.format != AV_PIX_FMT_YUV420P10LE) return false;
  const auto samples = [](auto* bytes) { return reinterpret_cast<std::uint16_t*>(bytes); };
  const bool done =
      libyuv::I010ToP010(samples(from.data[0]), from.linesize[0] / 2, samples(from.data[1]), from.linesize[1] / 2,
                         samples(from.data[2]), from.linesize[2] / 2, samples(surface.Luma()), stride / 2,
                         samples(surface.Chroma()), stride / 2, width, height) == 0;
  if (fault_ == Fault::kLostLowBits) {
    for (std::size_t at = 0; at < surface.Bytes()->size(); at += 2) (*surface.Bytes())[at] = 0;
  }
  return done;
}

}  // namespace vfqual::lab_va
