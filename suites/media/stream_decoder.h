// Decodes with libavcodec: in software, or with libva through its hardware decoders.
#pragma once

#include <cstdint>
#include <vector>

#include "suites/media/av_handles.h"
#include "suites/media/nv12_picture.h"
#include "suites/media/va_encoder.h"
#include "suites/support/result.h"

namespace vfqual::suites {

struct DecodedPicture {
  std::int64_t number = 0;  // as in the stream's pictures
  Nv12Picture picture;
};

struct DecodedStream {
  std::vector<DecodedPicture> pictures;  // in the order of display
  int av_profile = FF_PROFILE_UNKNOWN;   // as the decoder read it from the stream
};

// One stream that is being decoded. `device`: null decodes in software. With a device, a stream that it does not decode
// is an error, not left to software.
class StreamDecoder {
 public:
  static Result<StreamDecoder> Open(AVCodecID codec, AVBufferRef* device);

  Status Send(const EncodedPicture& picture);
  void End();
  // The next picture in the order of display, with its number as best_effort_timestamp; null where none is ready.
  Result<AvHandle<AVFrame>> Receive();
  int AvProfile() const { return codec_->profile; }  // as read from the stream

 private:
  StreamDecoder(AvHandle<AVCodecContext> codec, bool with_libva) : codec_(std::move(codec)), with_libva_(with_libva) {}

  AvHandle<AVCodecContext> codec_;
  bool with_libva_;
};

Result<DecodedStream> DecodeStream(AVCodecID codec, const EncodedStream& stream, AVBufferRef* device);

}  // namespace vfqual::suites
