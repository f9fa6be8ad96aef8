// Whether a stream that is still being encoded is right so far: it decodes in software, to every picture of it, in the
// right size, and each sample's last one looks like its source.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "bench/media/media_loop.h"
#include "suites/media/stream_decoder.h"
#include "suites/media/va_encoder.h"

namespace vfqual::bench {

class CodedPicturesCheck {
 public:
  // `source` gives the pictures by their number.
  static Result<CodedPicturesCheck> Open(const suites::EncodeRequest& request,
                                         std::function<const suites::Nv12Picture&(std::uint64_t)> source);

  // Of the stream's next pictures; takes them out of the list.
  Status Take(std::vector<suites::EncodedPicture>& pictures);

 private:
  CodedPicturesCheck(suites::StreamDecoder decoder, const suites::EncodeRequest& request,
                     std::function<const suites::Nv12Picture&(std::uint64_t)> source)
      : decoder_(std::move(decoder)), width_(request.width), height_(request.height), source_(std::move(source)) {}

  // Keeps the last of the pictures that the decoder has ready.
  Status TakeDecoded(suites::AvHandle<AVFrame>& last);

  suites::StreamDecoder decoder_;
  unsigned width_;
  unsigned height_;
  std::function<const suites::Nv12Picture&(std::uint64_t)> source_;
  std::int64_t coded_ = 0;
  std::int64_t decoded_ = 0;
};

}  // namespace vfqual::bench
