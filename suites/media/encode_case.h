// One encoding whose result several tests look at.
#pragma once

#include <optional>

#include "suites/media/media_target.h"
#include "suites/media/picture_quality.h"
#include "suites/media/va_encoder.h"
#include "suites/support/result.h"

namespace vfqual::suites {

class EncodeCase {
 public:
  EncodeCase(MediaTargetPtr target, EncodeRequest request) : target_(std::move(target)), request_(std::move(request)) {}

  const EncodeRequest& Request() const { return request_; }
  // Encodes at the first call.
  const Result<EncodedStream>& Stream();
  // Encodes anew.
  Result<EncodedStream> EncodeAgain() const;

 private:
  MediaTargetPtr target_;
  EncodeRequest request_;
  std::optional<Result<EncodedStream>> stream_;
};

// A picture came out for each that went in.
Status CheckEveryPictureIsThere(const EncodedStream& stream, unsigned pictures);

// Decodes in software and compares with the moving picture. Where pictures are missing those before the first gap
// count.
Status CheckQualityOfStream(const EncodeRequest& request, const EncodedStream& stream, const QualityFloor& floor);

// The stream calls itself what was asked for.
Status CheckProfileOfStream(const EncodeRequest& request, const EncodedStream& stream);

// Of H.264: pictures that libavcodec asks for as B have B slices, the others have not.
Status CheckBPicturesOfStream(const EncodeRequest& request, const EncodedStream& stream);

}  // namespace vfqual::suites
