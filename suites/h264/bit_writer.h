// Writes the bits of an H.264 raw byte sequence payload (ITU-T H.264, 7.2 and 9.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "suites/h264/bit_reader.h"

namespace vfqual::h264 {

class BitWriter {
 public:
  void Bits(unsigned count, std::uint32_t value);  // u(count), at most 32
  void Flag(bool value) { Bits(1, value ? 1 : 0); }
  void Ue(std::uint32_t value);
  void Se(std::int32_t value);
  void Copy(BitReader& from, std::size_t bits);
  void Append(std::span<const std::uint8_t> bytes);  // where the last byte is full
  void Align(bool with);                             // fills the byte with such bits
  void TrailingBits();                               // rbsp_trailing_bits()

  // Whole only after Align or TrailingBits.
  const std::vector<std::uint8_t>& Bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
  unsigned used_ = 8;  // bits of the last byte
};

}  // namespace vfqual::h264
