// libva hands a decoder a picture's entropy-coded data alone, and what stands in the markers before it taken apart:
// here the markers are put together again (ITU-T T.81, Annex B).
#pragma once

#include <va/va.h>
#include <va/va_dec_jpeg.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "suites/lab-va/slices.h"

namespace vfqual::lab_va {

struct JpegPicture {
  std::optional<VAPictureParameterBufferJPEGBaseline> parameters;
  std::optional<VAIQMatrixBufferJPEGBaseline> quantisers;
  std::optional<VAHuffmanTableBufferJPEGBaseline> huffman;
  std::vector<Slice<VASliceParameterBufferJPEGBaseline>> scans;
};

// A whole baseline JPEG file. Nothing where a table is missing, or components are of no possible number.
std::optional<std::vector<std::uint8_t>> JpegFile(const JpegPicture& picture);

}  // namespace vfqual::lab_va
