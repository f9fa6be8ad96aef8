// libavcodec's and libavutil's handles, each freed with its object.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/buffer.h>
#include <libavutil/frame.h>
}

#include <memory>

namespace vfqual::suites {

struct AvFree {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVBufferRef* buffer) const { av_buffer_unref(&buffer); }
  void operator()(AVCodecParserContext* parser) const { av_parser_close(parser); }
};

template <class T>
using AvHandle = std::unique_ptr<T, AvFree>;

}  // namespace vfqual::suites
