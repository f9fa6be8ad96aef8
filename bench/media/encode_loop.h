#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "bench/media/coded_pictures_check.h"
#include "bench/media/media_loop.h"
#include "bench/media/source_pictures.h"
#include "suites/media/va_encoder.h"

namespace vfqual::bench {

// Uploads and encodes, in one stream without end: a key picture first, then P pictures.
class EncodeLoop : public MediaLoop {
 public:
  // `device` outlives the loop. The sources' size is the request's.
  static Result<std::unique_ptr<MediaLoop>> Make(AVBufferRef* device, const suites::EncodeRequest& request,
                                                 SourcePictures sources);

  Status Step() override;
  std::uint64_t PicturesOut() const override { return out_; }
  std::uint64_t BytesOut() const override { return bytes_out_; }
  Status Verify() override;

 private:
  EncodeLoop(suites::AvHandle<AVBufferRef> pool, suites::VaEncoder encoder, SourcePictures sources)
      : pool_(std::move(pool)), encoder_(std::move(encoder)), sources_(std::move(sources)) {}

  suites::AvHandle<AVBufferRef> pool_;
  suites::VaEncoder encoder_;
  SourcePictures sources_;
  std::optional<CodedPicturesCheck> check_;
  std::vector<suites::EncodedPicture> coded_;  // since the last check
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
  std::uint64_t bytes_out_ = 0;
};

}  // namespace vfqual::bench
