#include "suites/h264/bit_writer.h"

#include <bit>

namespace vfqual::h264 {

void BitWriter::Bits(unsigned count, std::uint32_t value) {
  while (count-- > 0) {
    if (used_ == 8) {
      bytes_.push_back(0);
      used_ = 0;
    }
    const auto bit = value >> count & 1U;
    bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | bit << (7 - used_));
    ++used_;
  }
}

void BitWriter::Ue(std::uint32_t value) {
  const auto width = static_cast<unsigned>(std::bit_width(value + 1));
  Bits(width - 1, 0);
  Bits(width, value + 1);
}

void BitWriter::Se(std::int32_t value) {
  Ue(value > 0 ? 2 * static_cast<std::uint32_t>(value) - 1 : 2 * static_cast<std::uint32_t>(-value));
}

void BitWriter::Copy(BitReader& from, std::size_t bits) {
  for (; bits >= 8; bits -= 8) Bits(8, from.Bits(8));
  for (; bits > 0; --bits) Bits(1, from.Bits(1));
}

void BitWriter::Append(std::span<const std::uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void BitWriter::Align(bool with) {
  while (used_ < 8) Flag(with);
}

void BitWriter::TrailingBits() {
  Flag(true);
  Align(false);
}

}  // namespace vfqual::h264
