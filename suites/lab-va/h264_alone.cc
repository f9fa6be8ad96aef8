// The guests' driver, which is small.
#include <array>

#include "suites/lab-va/codec_list.h"
#include "suites/lab-va/h264_codec.h"

namespace vfqual::lab_va {

std::span<const Codec* const> BuiltCodecs() {
  static constexpr std::array kBuilt = {&kH264Codec};
  return kBuilt;
}

}  // namespace vfqual::lab_va
