#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "bench/media/coded_pictures_check.h"
#include "bench/media/decode_loop.h"
#include "bench/media/media_loop.h"
#include "bench/media/source_pictures.h"

namespace vfqual::bench {

// Decodes and encodes anew, through surfaces alone: nothing is downloaded.
class TranscodeLoop : public MediaLoop {
 public:
  // The stream's pictures are the sources'.
  static Result<std::unique_ptr<MediaLoop>> Make(AVBufferRef* device, const suites::EncodeRequest& request,
                                                 suites::EncodedStream stream, SourcePictures sources);

  Status Step() override;
  std::uint64_t PicturesOut() const override { return out_; }
  Status Verify() override;

 private:
  TranscodeLoop(const suites::EncodeRequest& request, RepeatedStream stream, suites::StreamDecoder decoder,
                SourcePictures sources)
      : request_(request), stream_(std::move(stream)), decoder_(std::move(decoder)), sources_(std::move(sources)) {}

  Status Encode(AVFrame& surface);

  suites::EncodeRequest request_;
  RepeatedStream stream_;
  suites::StreamDecoder decoder_;
  SourcePictures sources_;
  std::optional<suites::VaEncoder> encoder_;  // opened with the first decoded picture, for its surfaces
  std::optional<CodedPicturesCheck> check_;
  std::vector<suites::EncodedPicture> coded_;  // since the last check
  std::int64_t in_ = 0;
  std::uint64_t out_ = 0;
};

}  // namespace vfqual::bench
