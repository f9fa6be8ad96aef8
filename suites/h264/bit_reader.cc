#include "suites/h264/bit_reader.h"

namespace vfqual::h264 {

std::uint32_t BitReader::Bits(unsigned count) {
  if (count > Left()) {
    position_ = bytes_.size() * 8;
    good_ = false;
    return 0;
  }
  std::uint32_t value = 0;
  for (unsigned read = 0; read < count; ++read, ++position_) {
    value = value << 1U | (std::uint32_t{bytes_[position_ / 8]} >> (7 - position_ % 8) & 1U);
  }
  return value;
}

std::uint32_t BitReader::Ue() {
  unsigned zeros = 0;
  while (good_ && zeros < 32 && Bits(1) == 0) ++zeros;
  if (zeros == 32) good_ = false;
  if (!good_) return 0;
  return ((1U << zeros) - 1) + Bits(zeros);
}

std::int32_t BitReader::Se() {
  const std::uint32_t code = Ue();
  const auto magnitude = static_cast<std::int32_t>(code / 2 + code % 2);
  return code % 2 == 1 ? magnitude : -magnitude;
}

}  // namespace vfqual::h264
