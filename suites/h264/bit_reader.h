// Reads the bits of an H.264 raw byte sequence payload (ITU-T H.264, 7.2 and 9.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vfqual::h264 {

class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  // u(count), at most 32. Past the end it gives zeros, and Good() is false from then on.
  std::uint32_t Bits(unsigned count);
  bool Flag() { return Bits(1) != 0; }
  std::uint32_t Ue();  // ue(v)
  std::int32_t Se();   // se(v)

  std::size_t Position() const { return position_; }  // in bits
  std::size_t Left() const { return bytes_.size() * 8 - position_; }
  bool Good() const { return good_; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
  bool good_ = true;
};

}  // namespace vfqual::h264
