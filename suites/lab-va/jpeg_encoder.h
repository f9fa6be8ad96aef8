// Baseline JPEG of 4:2:0 through libjpeg.
#pragma once

#include <va/va.h>
#include <va/va_dec_jpeg.h>
#include <va/va_enc_jpeg.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "suites/lab-va/surface.h"

namespace vfqual::lab_va {

struct JpegRequest {
  VAEncPictureParameterBufferJPEG picture{};
  VAEncSliceParameterBufferJPEG scan{};
  VAQMatrixBufferJPEG quantisers{};
  VAHuffmanTableBufferJPEGBaseline huffman{};
};

struct JpegParts {
  std::vector<std::uint8_t> headers;  // from the start of the image to the end of the scan's header
  std::vector<std::uint8_t> scan;     // the entropy-coded data, without the end of the image
};

// With the request's tables. Nothing where libjpeg refuses them, or the picture is not of three components.
std::optional<JpegParts> EncodeJpeg(const JpegRequest& request, const Surface& surface);

}  // namespace vfqual::lab_va
