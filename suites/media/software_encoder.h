// H.264 streams from libx264, to be decoded.
#pragma once

#include <functional>
#include <string>

#include "suites/media/nv12_picture.h"
#include "suites/media/va_encoder.h"
#include "suites/support/result.h"

namespace vfqual::suites {

struct SoftwareStreamRequest {
  std::string x264_profile;  // "baseline", "main", "high"
  unsigned width = 0;
  unsigned height = 0;
  unsigned pictures = 0;
  unsigned b_pictures = 2;  // at most so many between two others, where the profile has them
};

// With what the profile has: B pictures and CABAC above baseline, several slices and reference pictures.
Result<EncodedStream> EncodeInSoftware(const SoftwareStreamRequest& request,
                                       const std::function<Nv12Picture(unsigned)>& source);

}  // namespace vfqual::suites
