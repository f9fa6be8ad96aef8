// H.264 decoding of one stream through libavcodec.
#pragma once

#include <va/va.h>

#include <memory>

#include "suites/lab-va/h264_decode_headers.h"
#include "suites/lab-va/lab_fault.h"
#include "suites/lab-va/surface.h"

struct AVCodecContext;
struct AVFrame;

namespace vfqual::lab_va {

class H264Decoder {
 public:
  // Nothing where libavcodec does not open.
  static std::unique_ptr<H264Decoder> Make(VAProfile profile, Fault fault);
  ~H264Decoder();
  H264Decoder(const H264Decoder&) = delete;
  H264Decoder& operator=(const H264Decoder&) = delete;

  // Decodes one frame, or one field of it, into the surface.
  VAStatus Decode(const DecodePicture& picture, Surface& surface);

 private:
  H264Decoder(VAProfile profile, Fault fault);
  bool Open();
  static int KeepBuffer(AVCodecContext* codec, AVFrame* frame, int flags);
  void CopyTo(Surface& surface) const;

  VAProfile profile_;
  Fault fault_;
  AVCodecContext* codec_ = nullptr;
  AVFrame* output_ = nullptr;
  // The frame that libavcodec decodes into. It gives frames out in the order of display; libva wants them at once.
  AVFrame* current_ = nullptr;
  int pictures_ = 0;
};

}  // namespace vfqual::lab_va
