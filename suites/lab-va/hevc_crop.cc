#include "suites/lab-va/hevc_crop.h"

#include "suites/h264/bit_reader.h"
#include "suites/h264/nal_unit.h"

namespace vfqual::lab_va {
namespace {

constexpr unsigned kSequenceParameterSet = 33;  // nal_unit_type
constexpr unsigned kProfileTierLevelBits = 8 + 32 + 48 + 8;
constexpr unsigned kHeaderRestBits = 8;  // a NAL unit's header has two bytes
constexpr unsigned kChromaUnit = 2;      // 4:2:0

}  // namespace

std::optional<PictureSize> SizeInHevcHeaders(std::span<const std::uint8_t> stream) {
  for (const auto nal : h264::SplitNalUnits(stream)) {
    if ((nal[0] >> 1U & 0x3fU) != kSequenceParameterSet) continue;
    const auto payload = h264::Payload(nal);
    h264::BitReader reader(payload);
    reader.Bits(kHeaderRestBits);
    reader.Bits(4);                                // sps_video_parameter_set_id
    if (reader.Bits(3) != 0) return std::nullopt;  // sps_max_sub_layers_minus1: more follows then
    reader.Bits(1);                                // sps_temporal_id_nesting_flag
    for (unsigned bit = 0; bit < kProfileTierLevelBits; ++bit) reader.Bits(1);
    reader.Ue();                                // sps_seq_parameter_set_id
    if (reader.Ue() != 1) return std::nullopt;  // chroma_format_idc
    PictureSize size{reader.Ue(), 0};
    size.height = reader.Ue();
    if (reader.Flag()) {  // conformance_window_flag
      const auto left = reader.Ue();
      const auto columns = (left + reader.Ue()) * kChromaUnit;
      const auto top = reader.Ue();
      const auto rows = (top + reader.Ue()) * kChromaUnit;
      if (columns >= size.width || rows >= size.height) return std::nullopt;
      size.width -= columns;
      size.height -= rows;
    }
    if (!reader.Good() || size.width == 0 || size.height == 0) return std::nullopt;
    return size;
  }
  return std::nullopt;
}

}  // namespace vfqual::lab_va
