#include "suites/lab-va/hevc_decode_headers.h"

#include <algorithm>
#include <iterator>

#include "suites/h264/nal_unit.h"
#include "suites/hevc/slice_header.h"

namespace vfqual::lab_va {
namespace {

// The number of the picture's set, which stands behind two flags at the most; 0 where the slice is cut short.
unsigned PictureSetId(hevc::NalType type, std::span<const std::uint8_t> payload) {
  h264::BitReader bits(payload);
  bits.Flag();  // first_slice_segment_in_pic_flag
  if (type >= hevc::NalType::kFirstIrap && type <= hevc::NalType::kLastIrap)
    bits.Flag();  // no_output_of_prior_pics_flag
  return bits.Ue();
}

bool HasTiles(const VAPictureParameterBufferHEVC& parameters) {
  return parameters.pic_fields.bits.tiles_enabled_flag != 0;
}

}  // namespace

std::optional<hevc::SequenceParameters> HevcSequenceOf(VAProfile profile,
                                                       const VAPictureParameterBufferHEVC& parameters) {
  const auto& fields = parameters.pic_fields.bits;
  const auto& parsing = parameters.slice_parsing_fields.bits;
  if (fields.chroma_format_idc != 1 || fields.scaling_list_enabled_flag != 0 ||
      parsing.long_term_ref_pics_present_flag != 0) {
    return std::nullopt;
  }
  constexpr unsigned kLargestBlock = 6;  // 64x64
  if (parameters.log2_min_luma_coding_block_size_minus3 + 3U + parameters.log2_diff_max_min_luma_coding_block_size >
      kLargestBlock) {
    return std::nullopt;
  }
  hevc::SequenceParameters sequence;
  sequence.profile_idc = profile == VAProfileHEVCMain10 ? hevc::kMain10Profile : hevc::kMainProfile;
  sequence.width = parameters.pic_width_in_luma_samples;
  sequence.height = parameters.pic_height_in_luma_samples;
  sequence.bit_depth_luma_minus8 = parameters.bit_depth_luma_minus8;
  sequence.bit_depth_chroma_minus8 = parameters.bit_depth_chroma_minus8;
  sequence.log2_max_poc_lsb_minus4 = parameters.log2_max_pic_order_cnt_lsb_minus4;
  sequence.max_dec_pic_buffering_minus1 = parameters.sps_max_dec_pic_buffering_minus1;
  sequence.log2_min_coding_block_minus3 = parameters.log2_min_luma_coding_block_size_minus3;
  sequence.log2_diff_coding_block = parameters.log2_diff_max_min_luma_coding_block_size;
  sequence.log2_min_transform_block_minus2 = parameters.log2_min_transform_block_size_minus2;
  sequence.log2_diff_transform_block = parameters.log2_diff_max_min_transform_block_size;
  sequence.max_transform_depth_inter = parameters.max_transform_hierarchy_depth_inter;
  sequence.max_transform_depth_intra = parameters.max_transform_hierarchy_depth_intra;
  sequence.amp = fields.amp_enabled_flag;
  sequence.sao = parsing.sample_adaptive_offset_enabled_flag;
  sequence.pcm = fields.pcm_enabled_flag;
  sequence.pcm_luma_bits_minus1 = parameters.pcm_sample_bit_depth_luma_minus1;
  sequence.pcm_chroma_bits_minus1 = parameters.pcm_sample_bit_depth_chroma_minus1;
  sequence.log2_min_pcm_block_minus3 = parameters.log2_min_pcm_luma_coding_block_size_minus3;
  sequence.log2_diff_pcm_block = parameters.log2_diff_max_min_pcm_luma_coding_block_size;
  sequence.pcm_loop_filter_disabled = fields.pcm_loop_filter_disabled_flag;
  sequence.ref_pic_set_count = parameters.num_short_term_ref_pic_sets;
  sequence.temporal_mvp = parsing.sps_temporal_mvp_enabled_flag;
  sequence.strong_intra_smoothing = fields.strong_intra_smoothing_enabled_flag;
  return sequence;
}

// NOLINTBEGIN(bugprone-signed-char-misuse): libva's small numbers
hevc::PictureParameters HevcPictureOf(const VAPictureParameterBufferHEVC& parameters) {
  const auto& fields = parameters.pic_fields.bits;
  const auto& parsing = parameters.slice_parsing_fields.bits;
  hevc::PictureParameters picture;
  picture.dependent_slices = parsing.dependent_slice_segments_enabled_flag;
  picture.output_flag_present = parsing.output_flag_present_flag;
  picture.extra_slice_header_bits = parameters.num_extra_slice_header_bits;
  picture.sign_data_hiding = fields.sign_data_hiding_enabled_flag;
  picture.cabac_init_present = parsing.cabac_init_present_flag;
  picture.ref_idx_l0_minus1 = parameters.num_ref_idx_l0_default_active_minus1;
  picture.ref_idx_l1_minus1 = parameters.num_ref_idx_l1_default_active_minus1;
  picture.init_qp_minus26 = parameters.init_qp_minus26;
  picture.constrained_intra_pred = fields.constrained_intra_pred_flag;
  picture.transform_skip = fields.transform_skip_enabled_flag;
  picture.cu_qp_delta = fields.cu_qp_delta_enabled_flag;
  picture.cu_qp_delta_depth = parameters.diff_cu_qp_delta_depth;
  picture.cb_qp_offset = parameters.pps_cb_qp_offset;
  picture.cr_qp_offset = parameters.pps_cr_qp_offset;
  picture.slice_chroma_qp_offsets = parsing.pps_slice_chroma_qp_offsets_present_flag;
  picture.weighted_pred = fields.weighted_pred_flag;
  picture.weighted_bipred = fields.weighted_bipred_flag;
  picture.transquant_bypass = fields.transquant_bypass_enabled_flag;
  picture.tiles = HasTiles(parameters);
  picture.entropy_sync = fields.entropy_coding_sync_enabled_flag;
  picture.loop_filter_across_tiles = fields.loop_filter_across_tiles_enabled_flag;
  picture.loop_filter_across_slices = fields.pps_loop_filter_across_slices_enabled_flag;
  picture.deblocking_override = parsing.deblocking_filter_override_enabled_flag;
  picture.deblocking_disabled = parsing.pps_disable_deblocking_filter_flag;
  picture.beta_offset_div2 = parameters.pps_beta_offset_div2;
  picture.tc_offset_div2 = parameters.pps_tc_offset_div2;
  picture.lists_modification = parsing.lists_modification_present_flag;
  picture.log2_parallel_merge_minus2 = parameters.log2_parallel_merge_level_minus2;
  picture.slice_extension = parsing.slice_segment_header_extension_present_flag;
  if (!picture.tiles) return picture;
  const auto take = [](const auto& from, unsigned count, std::vector<unsigned>& to) {
    const auto most = static_cast<unsigned>(std::size(from));
    to.assign(std::begin(from), std::begin(from) + std::min(count, most));
  };
  take(parameters.column_width_minus1, parameters.num_tile_columns_minus1, picture.tile_columns_minus1);
  take(parameters.row_height_minus1, parameters.num_tile_rows_minus1, picture.tile_rows_minus1);
  return picture;
}
// NOLINTEND(bugprone-signed-char-misuse)

hevc::RefPicSet RefPicSetOf(const VAPictureParameterBufferHEVC& parameters) {
  constexpr std::uint32_t kUsed = VA_PICTURE_HEVC_RPS_ST_CURR_BEFORE | VA_PICTURE_HEVC_RPS_ST_CURR_AFTER;
  hevc::RefPicSet set;
  for (const auto& reference : parameters.ReferenceFrames) {
    if ((reference.flags & VA_PICTURE_HEVC_INVALID) != 0 || reference.picture_id == VA_INVALID_SURFACE) continue;
    const int delta = reference.pic_order_cnt - parameters.CurrPic.pic_order_cnt;
    if (delta == 0) continue;
    (delta < 0 ? set.before : set.after).push_back({delta, (reference.flags & kUsed) != 0});
  }
  std::sort(set.before.begin(), set.before.end(), [](auto& a, auto& b) { return a.delta_poc > b.delta_poc; });
  std::sort(set.after.begin(), set.after.end(), [](auto& a, auto& b) { return a.delta_poc < b.delta_poc; });
  return set;
}

std::optional<std::vector<std::uint8_t>> HevcAccessUnit(VAProfile profile, const HevcDecodePicture& picture) {
  if (!picture.parameters || picture.slices.empty()) return std::nullopt;
  const auto sequence = HevcSequenceOf(profile, *picture.parameters);
  if (!sequence) return std::nullopt;
  auto picture_set = HevcPictureOf(*picture.parameters);
  const auto references = RefPicSetOf(*picture.parameters);
  const hevc::KnownRefPicSet known{&references, picture.parameters->st_rps_bits};
  std::vector<std::uint8_t> slices;
  for (const auto& slice : picture.slices) {
    if (slice.bytes.size() <= hevc::kNalHeaderBytes) return std::nullopt;
    const auto type = hevc::TypeOf(slice.bytes);
    const auto payload = hevc::Payload(slice.bytes);
    picture_set.id = PictureSetId(type, payload);
    const auto header = hevc::ParseSliceHeader(type, payload, *sequence, picture_set, known);
    if (!header) return std::nullopt;
    hevc::AppendNalUnit(slices, type, hevc::WithOwnRefPicSet(payload, *header, references));
  }
  std::vector<std::uint8_t> stream;
  hevc::AppendNalUnit(stream, hevc::NalType::kVps, hevc::WriteVideoParameters(*sequence));
  hevc::AppendNalUnit(stream, hevc::NalType::kSps, hevc::WriteSequenceParameters(*sequence));
  hevc::AppendNalUnit(stream, hevc::NalType::kPps, hevc::WritePictureParameters(picture_set));
  stream.insert(stream.end(), slices.begin(), slices.end());
  return stream;
}

}  // namespace vfqual::lab_va
