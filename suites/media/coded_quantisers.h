// With which quantiser a stream's slices or pictures are coded, as they say themselves.
#pragma once

#include <cstdint>  // libavutil wants it first

extern "C" {
#include <libavcodec/codec_id.h>
}

#include <vector>

#include "suites/media/va_encoder.h"
#include "suites/support/result.h"

namespace vfqual::suites {

// What the number is called: "QP", or the codec's own word. Null: such a stream does not say.
const char* QuantiserWord(AVCodecID codec);

// Of each slice (of VP9: of each picture) in the order of coding. An error where one cannot be read.
Result<std::vector<int>> CodedQuantisers(AVCodecID codec, const EncodedStream& stream);

// `word`: as above; the message tells the first that is another.
Status CheckConstantQuantiser(const std::vector<int>& coded, int asked, const char* word);

}  // namespace vfqual::suites
