#include "suites/lab-va/h264_decoder.h"

#include <algorithm>
#include <cstring>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
}

namespace vfqual::lab_va {

H264Decoder::H264Decoder(VAProfile profile, Fault fault) : profile_(profile), fault_(fault) {}

H264Decoder::~H264Decoder() {
  avcodec_free_context(&codec_);
  av_frame_free(&output_);
  av_frame_free(&current_);
}

std::unique_ptr<H264Decoder> H264Decoder::Make(VAProfile profile, Fault fault) {
  std::unique_ptr<H264Decoder> decoder(new H264Decoder(profile, fault));
  if (!decoder->Open()) return nullptr;
  return decoder;
}

bool H264Decoder::Open() {
  av_log_set_level(AV_LOG_QUIET);  // of the copy that is in this shared object
  const AVCodec* const codec = avcodec_find_decoder(AV_CODEC_ID_H264);
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
  codec_->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  return avcodec_open2(codec_, codec, nullptr) == 0;
}

int H264Decoder::KeepBuffer(AVCodecContext* codec, AVFrame* frame, int flags) {
  const int result = avcodec_default_get_buffer2(codec, frame, flags);
  if (result < 0) return result;
  auto* const self = static_cast<H264Decoder*>(codec->opaque);
  av_frame_unref(self->current_);
  return av_frame_ref(self->current_, frame);
}

VAStatus H264Decoder::Decode(const DecodePicture& picture, Surface& surface) {
  auto unit = AccessUnit(profile_, picture);
  if (!unit) return VA_STATUS_ERROR_DECODING_ERROR;
  AVPacket* packet = av_packet_alloc();
  if (packet == nullptr || av_new_packet(packet, static_cast<int>(unit->size())) != 0) {
    av_packet_free(&packet);
    return VA_STATUS_ERROR_ALLOCATION_FAILED;
  }
  std::copy(unit->begin(), unit->end(), packet->data);
  const int sent = avcodec_send_packet(codec_, packet);
  av_packet_free(&packet);
  if (sent < 0) return VA_STATUS_ERROR_DECODING_ERROR;
  int received = 0;
  while (received >= 0) {
    received = avcodec_receive_frame(codec_, output_);
    av_frame_unref(output_);
  }
  if (received != AVERROR(EAGAIN)) return VA_STATUS_ERROR_DECODING_ERROR;
  if (current_->data[0] == nullptr || current_->format != AV_PIX_FMT_YUV420P) return VA_STATUS_ERROR_DECODING_ERROR;
  if (fault_ == Fault::kStalePicture && pictures_ == kFaultyPicture) {
    ++pictures_;
    return VA_STATUS_SUCCESS;
  }
  CopyTo(surface);
  if (fault_ == Fault::kFlippedPixelBit && pictures_ == kFaultyPicture) surface.Luma()[surface.Stride() + 1] ^= 0x80U;
  ++pictures_;
  return VA_STATUS_SUCCESS;
}

void H264Decoder::CopyTo(Surface& surface) const {
  const auto rows = std::min(surface.Rows(), static_cast<unsigned>(codec_->coded_height));
  const auto columns = std::min(surface.Stride(), static_cast<unsigned>(codec_->coded_width));
  for (unsigned row = 0; row < rows; ++row) {
    std::memcpy(surface.Luma() + std::size_t{row} * surface.Stride(),
                current_->data[0] + static_cast<std::ptrdiff_t>(row) * current_->linesize[0], columns);
  }
  for (unsigned row = 0; row < rows / 2; ++row) {
    std::uint8_t* to = surface.Chroma() + std::size_t{row} * surface.Stride();
    const std::uint8_t* blue = current_->data[1] + static_cast<std::ptrdiff_t>(row) * current_->linesize[1];
    const std::uint8_t* red = current_->data[2] + static_cast<std::ptrdiff_t>(row) * current_->linesize[2];
    for (unsigned column = 0; column < columns / 2; ++column) {
      *to++ = *blue++;
      *to++ = *red++;
    }
  }
}

}  // namespace vfqual::lab_va
