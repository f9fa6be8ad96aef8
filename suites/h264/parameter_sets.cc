#include "suites/h264/parameter_sets.h"

#include <algorithm>

#include "suites/h264/bit_reader.h"
#include "suites/h264/bit_writer.h"

namespace vfqual::h264 {
namespace {

constexpr unsigned kCropUnit = 2;  // luma samples, in 4:2:0 frames; twice that vertically where fields are allowed

template <std::size_t kSize>
void WriteScalingList(BitWriter& bits, const std::array<std::uint8_t, kSize>& list) {
  bits.Flag(true);
  int last = 8;
  for (const std::uint8_t value : list) {
    int delta = static_cast<int>(value) - last;
    if (delta > 127) delta -= 256;
    if (delta < -128) delta += 256;
    bits.Se(delta);
    last = value;
  }
}

}  // namespace

std::optional<SequenceParameters> ParseSequenceParameters(std::span<const std::uint8_t> payload) {
  BitReader bits(payload);
  SequenceParameters sequence;
  sequence.profile_idc = bits.Bits(8);
  sequence.constraint_flags = bits.Bits(8);
  sequence.level_idc = bits.Bits(8);
  sequence.id = bits.Ue();
  if (sequence.profile_idc >= kHigh) {
    const bool is_420_of_8_bits = bits.Ue() == 1 && bits.Ue() == 0 && bits.Ue() == 0;
    bits.Flag();  // qpprime_y_zero_transform_bypass_flag
    const bool scaling_matrix = bits.Flag();
    if (!is_420_of_8_bits || scaling_matrix) return std::nullopt;
  }
  sequence.log2_max_frame_num = bits.Ue() + 4;
  sequence.poc_type = bits.Ue();
  if (sequence.poc_type == 1) return std::nullopt;
  if (sequence.poc_type == 0) sequence.log2_max_poc_lsb = bits.Ue() + 4;
  sequence.max_ref_frames = bits.Ue();
  sequence.gaps_in_frame_num = bits.Flag();
  sequence.width_in_mbs = bits.Ue() + 1;
  sequence.height_in_map_units = bits.Ue() + 1;
  sequence.frame_mbs_only = bits.Flag();
  if (!sequence.frame_mbs_only) sequence.mb_adaptive_frame_field = bits.Flag();
  sequence.direct_8x8_inference = bits.Flag();
  if (bits.Flag()) {
    bits.Ue();
    sequence.cropping.right = bits.Ue() * kCropUnit;
    bits.Ue();
    sequence.cropping.bottom = bits.Ue() * kCropUnit * (sequence.frame_mbs_only ? 1 : 2);
  }
  if (!bits.Good() || sequence.log2_max_frame_num > 16 || sequence.log2_max_poc_lsb > 16) return std::nullopt;
  return sequence;
}

std::vector<std::uint8_t> WriteSequenceParameters(const SequenceParameters& sequence) {
  BitWriter bits;
  bits.Bits(8, sequence.profile_idc);
  bits.Bits(8, sequence.constraint_flags);
  bits.Bits(8, sequence.level_idc);
  bits.Ue(sequence.id);
  if (sequence.profile_idc >= kHigh) {
    bits.Ue(1);  // chroma_format_idc: 4:2:0
    bits.Ue(0);  // bit_depth_luma_minus8
    bits.Ue(0);  // bit_depth_chroma_minus8
    bits.Flag(false);
    bits.Flag(false);  // seq_scaling_matrix_present_flag
  }
  bits.Ue(sequence.log2_max_frame_num - 4);
  bits.Ue(sequence.poc_type);
  if (sequence.poc_type == 0) bits.Ue(sequence.log2_max_poc_lsb - 4);
  bits.Ue(sequence.max_ref_frames);
  bits.Flag(sequence.gaps_in_frame_num);
  bits.Ue(sequence.width_in_mbs - 1);
  bits.Ue(sequence.height_in_map_units - 1);
  bits.Flag(sequence.frame_mbs_only);
  if (!sequence.frame_mbs_only) bits.Flag(sequence.mb_adaptive_frame_field);
  bits.Flag(sequence.direct_8x8_inference);
  const bool cropped = sequence.cropping.right != 0 || sequence.cropping.bottom != 0;
  bits.Flag(cropped);
  if (cropped) {
    bits.Ue(0);
    bits.Ue(sequence.cropping.right / kCropUnit);
    bits.Ue(0);
    bits.Ue(sequence.cropping.bottom / (kCropUnit * (sequence.frame_mbs_only ? 1 : 2)));
  }
  bits.Flag(sequence.max_reorder_frames.has_value());  // vui_parameters_present_flag
  if (sequence.max_reorder_frames) {
    // From aspect_ratio_info_present_flag to pic_struct_present_flag: nothing, as the HRDs are not there either.
    bits.Bits(8, 0);
    bits.Flag(true);  // bitstream_restriction_flag
    bits.Flag(true);  // motion_vectors_over_pic_boundaries_flag
    bits.Ue(0);       // max_bytes_per_pic_denom: no limit
    bits.Ue(0);       // max_bits_per_mb_denom: no limit
    bits.Ue(15);      // log2_max_mv_length_horizontal
    bits.Ue(15);      // log2_max_mv_length_vertical
    bits.Ue(*sequence.max_reorder_frames);
    bits.Ue(std::max(*sequence.max_reorder_frames, sequence.max_ref_frames));
  }
  bits.TrailingBits();
  return bits.Bytes();
}

std::optional<PictureParameters> ParsePictureParameters(std::span<const std::uint8_t> payload) {
  BitReader bits(payload);
  PictureParameters picture;
  picture.id = bits.Ue();
  picture.sequence_id = bits.Ue();
  picture.cabac = bits.Flag();
  picture.pic_order_present = bits.Flag();
  if (bits.Ue() != 0) return std::nullopt;  // slice groups
  picture.ref_idx_l0_count = bits.Ue() + 1;
  picture.ref_idx_l1_count = bits.Ue() + 1;
  picture.weighted_pred = bits.Flag();
  picture.weighted_bipred_idc = bits.Bits(2);
  picture.init_qp = 26 + bits.Se();
  bits.Se();  // pic_init_qs_minus26
  picture.chroma_qp_index_offset = bits.Se();
  picture.deblocking_control_present = bits.Flag();
  picture.constrained_intra_pred = bits.Flag();
  picture.redundant_pic_cnt_present = bits.Flag();
  if (!bits.Good()) return std::nullopt;
  return picture;
}

std::vector<std::uint8_t> WritePictureParameters(const PictureParameters& picture, bool high) {
  BitWriter bits;
  bits.Ue(picture.id);
  bits.Ue(picture.sequence_id);
  bits.Flag(picture.cabac);
  bits.Flag(picture.pic_order_present);
  bits.Ue(0);  // num_slice_groups_minus1
  bits.Ue(picture.ref_idx_l0_count - 1);
  bits.Ue(picture.ref_idx_l1_count - 1);
  bits.Flag(picture.weighted_pred);
  bits.Bits(2, picture.weighted_bipred_idc);
  bits.Se(picture.init_qp - 26);
  bits.Se(0);  // pic_init_qs_minus26
  bits.Se(picture.chroma_qp_index_offset);
  bits.Flag(picture.deblocking_control_present);
  bits.Flag(picture.constrained_intra_pred);
  bits.Flag(picture.redundant_pic_cnt_present);
  if (high) {
    bits.Flag(picture.transform_8x8);
    bits.Flag(picture.scaling.has_value());
    if (picture.scaling) {
      for (const auto& list : picture.scaling->lists_4x4) WriteScalingList(bits, list);
      if (picture.transform_8x8) {
        for (const auto& list : picture.scaling->lists_8x8) WriteScalingList(bits, list);
      }
    }
    bits.Se(picture.second_chroma_qp_index_offset);
  }
  bits.TrailingBits();
  return bits.Bytes();
}

}  // namespace vfqual::h264
