#include "suites/h264/nal_unit.h"

#include <array>

namespace vfqual::h264 {
namespace {

constexpr std::array<std::uint8_t, 4> kStartCode = {0, 0, 0, 1};

// The next three-byte start code at or behind `from`, or the stream's end.
std::size_t FindStartCode(std::span<const std::uint8_t> stream, std::size_t from) {
  for (std::size_t at = from; at + 3 <= stream.size(); ++at) {
    if (stream[at] == 0 && stream[at + 1] == 0 && stream[at + 2] == 1) return at;
  }
  return stream.size();
}

}  // namespace

std::vector<std::span<const std::uint8_t>> SplitNalUnits(std::span<const std::uint8_t> stream) {
  std::vector<std::span<const std::uint8_t>> units;
  std::size_t code = FindStartCode(stream, 0);
  while (code < stream.size()) {
    const std::size_t begin = code + 3;
    code = FindStartCode(stream, begin);
    std::size_t end = code;
    while (end > begin && stream[end - 1] == 0) --end;  // trailing_zero_8bits
    if (end > begin) units.push_back(stream.subspan(begin, end - begin));
  }
  return units;
}

std::vector<std::uint8_t> Payload(std::span<const std::uint8_t> nal) {
  std::vector<std::uint8_t> payload;
  payload.reserve(nal.size());
  unsigned zeros = 0;
  for (const std::uint8_t byte : nal.subspan(1)) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    payload.push_back(byte);
  }
  return payload;
}

void AppendNalUnit(std::vector<std::uint8_t>& stream, unsigned ref_idc, NalType type,
                   std::span<const std::uint8_t> payload) {
  stream.insert(stream.end(), kStartCode.begin(), kStartCode.end());
  stream.push_back(static_cast<std::uint8_t>(ref_idc << 5U | static_cast<unsigned>(type)));
  unsigned zeros = 0;
  for (const std::uint8_t byte : payload) {
    if (zeros >= 2 && byte <= 3) {
      stream.push_back(3);
      zeros = 0;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    stream.push_back(byte);
  }
}

void AppendNalUnit(std::vector<std::uint8_t>& stream, std::span<const std::uint8_t> nal) {
  stream.insert(stream.end(), kStartCode.begin(), kStartCode.end());
  stream.insert(stream.end(), nal.begin(), nal.end());
}

}  // namespace vfqual::h264
