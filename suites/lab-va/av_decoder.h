// Decoding of one stream through libavcodec, one picture after the other.
#pragma once

#include <va/va.h>

#include <cstdint>
#include <memory>
#include <span>

extern "C" {
#include <libavcodec/codec_id.h>
}

#include "suites/lab-va/lab_fault.h"
#include "suites/lab-va/surface.h"

struct AVCodecContext;
struct AVFrame;

namespace vfqual::lab_va {

class AvDecoder {
 public:
  // Nothing where libavcodec does not open.
  static std::unique_ptr<AvDecoder> Make(AVCodecID codec, Fault fault);
  ~AvDecoder();
  AvDecoder(const AvDecoder&) = delete;
  AvDecoder& operator=(const AvDecoder&) = delete;

  // Decodes the bytes of one picture, or of one field of it, with all headers, into the surface.
  VAStatus Decode(std::span<const std::uint8_t> bytes, Surface& surface);

 private:
  explicit AvDecoder(Fault fault) : fault_(fault) {}
  bool Open(AVCodecID id);
  static int KeepBuffer(AVCodecContext* codec, AVFrame* frame, int flags);
  bool CopyTo(Surface& surface) const;

  Fault fault_;
  AVCodecContext* codec_ = nullptr;
  AVFrame* output_ = nullptr;
  // The frame that libavcodec decodes into. It gives frames out in the order of display; libva wants them at once.
  AVFrame* current_ = nullptr;
  int pictures_ = 0;
};

}  // namespace vfqual::lab_va
