#include "suites/lab-va/h264_decode_headers.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "suites/h264/nal_unit.h"
#include "suites/h264/slice_header.h"

namespace vfqual::lab_va {
namespace {

constexpr unsigned kHighestLevel = 62;    // 6.2: libva does not tell the stream's own
constexpr std::size_t kHeaderBytes = 64;  // of a slice: more than stands before its reference counts

// Where the zig-zag scan's n-th coefficient is in raster order (ITU-T H.264, 8.5.6 and 8.5.7).
template <std::size_t kSide>
std::array<std::size_t, kSide * kSide> ZigZag() {
  std::array<std::size_t, kSide * kSide> positions{};
  std::size_t n = 0;
  for (std::size_t diagonal = 0; diagonal < 2 * kSide - 1; ++diagonal) {
    const std::size_t first = diagonal < kSide ? 0 : diagonal - kSide + 1;
    const std::size_t last = std::min(diagonal, kSide - 1);
    for (std::size_t step = first; step <= last; ++step) {
      const std::size_t x = diagonal % 2 == 1 ? last + first - step : step;
      positions.at(n++) = diagonal % 2 == 1 ? (diagonal - x) * kSide + x : (diagonal - step) * kSide + step;
    }
  }
  return positions;
}

template <std::size_t kSide, std::size_t kCount>
void CopyScanned(const std::uint8_t (&from)[kCount][kSide * kSide],  // NOLINT(modernize-avoid-c-arrays): libva's
                 std::array<std::array<std::uint8_t, kSide * kSide>, kCount>& to) {
  const auto positions = ZigZag<kSide>();
  for (std::size_t list = 0; list < kCount; ++list) {
    for (std::size_t n = 0; n < positions.size(); ++n) to.at(list).at(n) = from[list][positions.at(n)];
  }
}

std::optional<h264::ScalingLists> ListsOf(const VAIQMatrixBufferH264& matrix) {
  h264::ScalingLists lists{};
  CopyScanned<4>(matrix.ScalingList4x4, lists.lists_4x4);
  CopyScanned<8>(matrix.ScalingList8x8, lists.lists_8x8);
  const auto flat = [](const auto& list) {
    return std::all_of(list.begin(), list.end(), [](std::uint8_t value) { return value == 16; });
  };
  const bool all_flat = std::all_of(lists.lists_4x4.begin(), lists.lists_4x4.end(), flat) &&
                        std::all_of(lists.lists_8x8.begin(), lists.lists_8x8.end(), flat);
  if (all_flat) return std::nullopt;  // as without any
  return lists;
}

}  // namespace

std::optional<h264::SequenceParameters> SequenceOf(VAProfile profile, const VAPictureParameterBufferH264& parameters) {
  const auto& fields = parameters.seq_fields.bits;
  if (fields.pic_order_cnt_type == 1 || fields.chroma_format_idc != 1 || parameters.bit_depth_luma_minus8 != 0 ||
      parameters.bit_depth_chroma_minus8 != 0) {
    return std::nullopt;
  }
  h264::SequenceParameters sequence;
  sequence.profile_idc = profile == VAProfileH264High   ? h264::kHigh
                         : profile == VAProfileH264Main ? h264::kMain
                                                        : h264::kBaseline;
  sequence.level_idc = kHighestLevel;
  sequence.log2_max_frame_num = fields.log2_max_frame_num_minus4 + 4;
  sequence.poc_type = fields.pic_order_cnt_type;
  sequence.log2_max_poc_lsb = fields.log2_max_pic_order_cnt_lsb_minus4 + 4;
  sequence.max_ref_frames = parameters.num_ref_frames;
  sequence.gaps_in_frame_num = fields.gaps_in_frame_num_value_allowed_flag;
  sequence.frame_mbs_only = fields.frame_mbs_only_flag;
  sequence.mb_adaptive_frame_field = fields.mb_adaptive_frame_field_flag;
  sequence.direct_8x8_inference = fields.direct_8x8_inference_flag;
  sequence.width_in_mbs = parameters.picture_width_in_mbs_minus1 + 1U;
  sequence.height_in_map_units = (parameters.picture_height_in_mbs_minus1 + 1U) / (sequence.frame_mbs_only ? 1 : 2);
  sequence.max_reorder_frames = 0;  // pictures are taken in the order of decoding
  return sequence;
}

std::optional<h264::PictureParameters> PictureOf(const DecodePicture& picture,
                                                 const h264::SequenceParameters& sequence) {
  const auto& parameters = picture.parameters;
  const auto& fields = parameters.pic_fields.bits;
  h264::PictureParameters set;
  set.cabac = fields.entropy_coding_mode_flag;
  set.pic_order_present = fields.pic_order_present_flag;
  set.weighted_pred = fields.weighted_pred_flag;
  set.weighted_bipred_idc = fields.weighted_bipred_idc;
  set.init_qp = 26 + parameters.pic_init_qp_minus26;
  set.chroma_qp_index_offset = static_cast<int>(parameters.chroma_qp_index_offset);
  set.second_chroma_qp_index_offset = static_cast<int>(parameters.second_chroma_qp_index_offset);
  set.deblocking_control_present = fields.deblocking_filter_control_present_flag;
  set.constrained_intra_pred = fields.constrained_intra_pred_flag;
  set.redundant_pic_cnt_present = fields.redundant_pic_cnt_present_flag;
  set.transform_8x8 = fields.transform_8x8_mode_flag;
  if (picture.scaling) set.scaling = ListsOf(*picture.scaling);
  for (const auto& slice : picture.slices) {
    const std::span<const std::uint8_t> nal(slice.bytes);
    const auto begin = h264::Payload(nal.first(std::min(nal.size(), kHeaderBytes)));
    const auto facts = h264::ParseSliceReferences(nal, begin, sequence, set);
    if (!facts) return std::nullopt;
    set.id = facts->picture_parameters_id;
    if (facts->type == h264::SliceType::kI || facts->overrides_ref_counts) continue;
    set.ref_idx_l0_count = slice.parameters.num_ref_idx_l0_active_minus1 + 1U;
    if (facts->type == h264::SliceType::kB) set.ref_idx_l1_count = slice.parameters.num_ref_idx_l1_active_minus1 + 1U;
  }
  return set;
}

std::optional<std::vector<std::uint8_t>> AccessUnit(VAProfile profile, const DecodePicture& picture) {
  const auto sequence = SequenceOf(profile, picture.parameters);
  if (!sequence || picture.slices.empty()) return std::nullopt;
  const auto set = PictureOf(picture, *sequence);
  if (!set) return std::nullopt;
  std::vector<std::uint8_t> stream;
  h264::AppendNalUnit(stream, 3, h264::NalType::kSps, h264::WriteSequenceParameters(*sequence));
  h264::AppendNalUnit(stream, 3, h264::NalType::kPps,
                      h264::WritePictureParameters(*set, sequence->profile_idc == h264::kHigh));
  for (const auto& slice : picture.slices) h264::AppendNalUnit(stream, slice.bytes);
  return stream;
}

}  // namespace vfqual::lab_va
