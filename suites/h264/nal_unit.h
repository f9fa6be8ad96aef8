// NAL units in an Annex B byte stream (ITU-T H.264, 7.3.1 and Annex B).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vfqual::h264 {

enum class NalType : std::uint8_t { kSlice = 1, kIdrSlice = 5, kSei = 6, kSps = 7, kPps = 8 };

// Views into the stream, each from its header byte on, with emulation prevention still in.
std::vector<std::span<const std::uint8_t>> SplitNalUnits(std::span<const std::uint8_t> stream);

inline NalType TypeOf(std::span<const std::uint8_t> nal) {
  return static_cast<NalType>(nal[0] & 0x1fU);
}
inline unsigned RefIdcOf(std::span<const std::uint8_t> nal) {
  return nal[0] >> 5U & 3U;
}
inline bool IsSlice(NalType type) {
  return type == NalType::kSlice || type == NalType::kIdrSlice;
}

// The payload behind the header byte, without emulation prevention.
std::vector<std::uint8_t> Payload(std::span<const std::uint8_t> nal);

// Start code, header and payload with emulation prevention, at the stream's end.
void AppendNalUnit(std::vector<std::uint8_t>& stream, unsigned ref_idc, NalType type,
                   std::span<const std::uint8_t> payload);
// A whole NAL unit as it is, behind a start code.
void AppendNalUnit(std::vector<std::uint8_t>& stream, std::span<const std::uint8_t> nal);

}  // namespace vfqual::h264
