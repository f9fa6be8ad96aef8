// HEVC's parameter sets (ITU-T H.265, 7.3.2) of 4:2:0 without layers, scaling lists and extensions: as much of them as
// a slice's header and a decoder need.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "suites/hevc/ref_pic_set.h"

namespace vfqual::hevc {

enum class NalType : std::uint8_t {
  kFirstIrap = 16,
  kIdrWithRadl = 19,
  kIdrAlone = 20,
  kLastIrap = 23,
  kVps = 32,
  kSps = 33,
  kPps = 34,
  kFiller = 38
};
inline constexpr unsigned kNalHeaderBytes = 2;

inline NalType TypeOf(std::span<const std::uint8_t> nal) {
  return static_cast<NalType>(nal[0] >> 1U & 0x3fU);
}
inline bool IsSlice(NalType type) {
  return type < NalType::kVps;
}
// The payload behind both header bytes, without emulation prevention.
std::vector<std::uint8_t> Payload(std::span<const std::uint8_t> nal);
// Start code, header and payload with emulation prevention, at the stream's end.
void AppendNalUnit(std::vector<std::uint8_t>& stream, NalType type, std::span<const std::uint8_t> payload);

inline constexpr unsigned kMainProfile = 1;
inline constexpr unsigned kMain10Profile = 2;

struct SequenceParameters {
  unsigned profile_idc = kMainProfile;
  unsigned level_idc = 186;  // 30 times the level: 6.2, the highest
  unsigned id = 0;
  unsigned chroma_format_idc = 1;
  unsigned width = 0;  // as coded
  unsigned height = 0;
  bool has_window = false;
  std::array<unsigned, 4> window{};  // what is cropped left, right, at the top and the bottom, in samples of chroma
  unsigned bit_depth_luma_minus8 = 0;
  unsigned bit_depth_chroma_minus8 = 0;
  unsigned log2_max_poc_lsb_minus4 = 0;
  unsigned max_dec_pic_buffering_minus1 = 0;
  unsigned max_num_reorder = 0;
  unsigned max_latency_plus1 = 0;
  unsigned log2_min_coding_block_minus3 = 0;
  unsigned log2_diff_coding_block = 0;
  unsigned log2_min_transform_block_minus2 = 0;
  unsigned log2_diff_transform_block = 0;
  unsigned max_transform_depth_inter = 0;
  unsigned max_transform_depth_intra = 0;
  bool amp = false;
  bool sao = false;
  bool pcm = false;
  unsigned pcm_luma_bits_minus1 = 0;
  unsigned pcm_chroma_bits_minus1 = 0;
  unsigned log2_min_pcm_block_minus3 = 0;
  unsigned log2_diff_pcm_block = 0;
  bool pcm_loop_filter_disabled = false;
  std::vector<RefPicSet> ref_pic_sets;
  unsigned ref_pic_set_count = 0;  // as slices count them; those of a set that is made from libva's are not known
  bool long_term_refs = false;
  unsigned long_term_set_refs = 0;
  bool temporal_mvp = false;
  bool strong_intra_smoothing = false;

  unsigned CodingTreeBlocks() const;
};

struct PictureParameters {
  unsigned id = 0;
  unsigned sequence_id = 0;
  bool dependent_slices = false;
  bool output_flag_present = false;
  unsigned extra_slice_header_bits = 0;
  bool sign_data_hiding = false;
  bool cabac_init_present = false;
  unsigned ref_idx_l0_minus1 = 0;
  unsigned ref_idx_l1_minus1 = 0;
  int init_qp_minus26 = 0;
  bool constrained_intra_pred = false;
  bool transform_skip = false;
  bool cu_qp_delta = false;
  unsigned cu_qp_delta_depth = 0;
  int cb_qp_offset = 0;
  int cr_qp_offset = 0;
  bool slice_chroma_qp_offsets = false;
  bool weighted_pred = false;
  bool weighted_bipred = false;
  bool transquant_bypass = false;
  bool tiles = false;
  bool entropy_sync = false;
  std::vector<unsigned> tile_columns_minus1;  // but the last
  std::vector<unsigned> tile_rows_minus1;
  bool loop_filter_across_tiles = true;
  bool loop_filter_across_slices = false;
  bool deblocking_override = false;
  bool deblocking_disabled = false;
  int beta_offset_div2 = 0;
  int tc_offset_div2 = 0;
  bool lists_modification = false;
  unsigned log2_parallel_merge_minus2 = 0;
  bool slice_extension = false;
};

// Nothing where a set is cut short or has what is not known here.
std::optional<SequenceParameters> ParseSequenceParameters(std::span<const std::uint8_t> payload);
std::optional<PictureParameters> ParsePictureParameters(std::span<const std::uint8_t> payload);

// Of the sequence its reference picture sets are left out.
std::vector<std::uint8_t> WriteVideoParameters(const SequenceParameters& sequence);
std::vector<std::uint8_t> WriteSequenceParameters(const SequenceParameters& sequence);
std::vector<std::uint8_t> WritePictureParameters(const PictureParameters& picture);

}  // namespace vfqual::hevc
