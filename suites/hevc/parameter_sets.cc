#include "suites/hevc/parameter_sets.h"

#include <cstdlib>

#include "suites/h264/bit_reader.h"
#include "suites/h264/bit_writer.h"
#include "suites/h264/nal_unit.h"

namespace vfqual::hevc {
namespace {

constexpr unsigned kMostSets = 64;
constexpr unsigned kMostTiles = 32;
constexpr int kMostQpOffset = 128;

// The same steps read a set and write it.
class Reading {
 public:
  static constexpr bool kReads = true;
  explicit Reading(std::span<const std::uint8_t> payload) : bits_(payload) {}

  void Flag(bool& value) { value = bits_.Flag(); }
  void Bits(unsigned count, unsigned& value) { value = bits_.Bits(count); }
  void Ue(unsigned& value) { value = bits_.Ue(); }
  void Se(int& value) { value = bits_.Se(); }
  // False where another value stands there.
  bool Is(unsigned count, std::uint32_t value) { return bits_.Bits(count) == value; }
  bool IsUe(unsigned value) { return bits_.Ue() == value; }
  void Skip(unsigned count, std::uint32_t /*value*/) { bits_.Bits(count); }

  h264::BitReader& Source() { return bits_; }

 private:
  h264::BitReader bits_;
};

class Writing {
 public:
  static constexpr bool kReads = false;

  void Flag(bool value) { bits_.Flag(value); }
  void Bits(unsigned count, unsigned value) { bits_.Bits(count, value); }
  void Ue(unsigned value) { bits_.Ue(value); }
  void Se(int value) { bits_.Se(value); }
  bool Is(unsigned count, std::uint32_t value) {
    bits_.Bits(count, value);
    return true;
  }
  bool IsUe(unsigned value) {
    bits_.Ue(value);
    return true;
  }
  void Skip(unsigned count, std::uint32_t value) { bits_.Bits(count, value); }

  std::vector<std::uint8_t> Finish() {
    bits_.TrailingBits();
    return bits_.Bytes();
  }

 private:
  h264::BitWriter bits_;
};

template <class Coder, class Sequence>
void ProfileTierLevel(Coder& coder, Sequence& sequence) {
  coder.Skip(2 + 1, 0);  // general_profile_space, general_tier_flag
  coder.Bits(5, sequence.profile_idc);
  coder.Skip(32, 1U << (31U - sequence.profile_idc % 32U));  // general_profile_compatibility_flag
  coder.Skip(4, 0b1001);                                     // of frames alone, progressive
  coder.Skip(32, 0);
  coder.Skip(12, 0);
  coder.Bits(8, sequence.level_idc);
}

template <class Coder, class Sequence>
bool SubLayerOrdering(Coder& coder, Sequence& sequence) {
  coder.Skip(1, 1);  // the one layer's, whichever the flag says
  coder.Ue(sequence.max_dec_pic_buffering_minus1);
  coder.Ue(sequence.max_num_reorder);
  coder.Ue(sequence.max_latency_plus1);
  return true;
}

template <class Coder, class Sequence>
void Pcm(Coder& coder, Sequence& sequence) {
  coder.Flag(sequence.pcm);
  if (!sequence.pcm) return;
  coder.Bits(4, sequence.pcm_luma_bits_minus1);
  coder.Bits(4, sequence.pcm_chroma_bits_minus1);
  coder.Ue(sequence.log2_min_pcm_block_minus3);
  coder.Ue(sequence.log2_diff_pcm_block);
  coder.Flag(sequence.pcm_loop_filter_disabled);
}

bool ReadRefPicSets(Reading& coder, SequenceParameters& sequence) {
  coder.Ue(sequence.ref_pic_set_count);
  if (sequence.ref_pic_set_count > kMostSets) return false;
  for (unsigned index = 0; index < sequence.ref_pic_set_count; ++index) {
    auto set = ReadRefPicSet(coder.Source(), sequence.ref_pic_sets, index, sequence.ref_pic_set_count);
    if (!set) return false;
    sequence.ref_pic_sets.push_back(std::move(*set));
  }
  return true;
}

bool ReadLongTermRefs(Reading& coder, SequenceParameters& sequence) {
  coder.Flag(sequence.long_term_refs);
  if (!sequence.long_term_refs) return true;
  coder.Ue(sequence.long_term_set_refs);
  return sequence.long_term_set_refs == 0;
}

template <class Coder, class Sequence>
bool SequenceSet(Coder& coder, Sequence& sequence) {
  coder.Skip(4, 0);                   // sps_video_parameter_set_id
  if (!coder.Is(3, 0)) return false;  // sps_max_sub_layers_minus1
  coder.Skip(1, 1);                   // sps_temporal_id_nesting_flag
  ProfileTierLevel(coder, sequence);
  coder.Ue(sequence.id);
  coder.Ue(sequence.chroma_format_idc);
  if (sequence.chroma_format_idc != 1) return false;
  coder.Ue(sequence.width);
  coder.Ue(sequence.height);
  coder.Flag(sequence.has_window);
  if (sequence.has_window) {
    for (auto& side : sequence.window) coder.Ue(side);
  }
  coder.Ue(sequence.bit_depth_luma_minus8);
  coder.Ue(sequence.bit_depth_chroma_minus8);
  coder.Ue(sequence.log2_max_poc_lsb_minus4);
  SubLayerOrdering(coder, sequence);
  coder.Ue(sequence.log2_min_coding_block_minus3);
  coder.Ue(sequence.log2_diff_coding_block);
  coder.Ue(sequence.log2_min_transform_block_minus2);
  coder.Ue(sequence.log2_diff_transform_block);
  coder.Ue(sequence.max_transform_depth_inter);
  coder.Ue(sequence.max_transform_depth_intra);
  if (!coder.Is(1, 0)) return false;  // scaling_list_enabled_flag
  coder.Flag(sequence.amp);
  coder.Flag(sequence.sao);
  Pcm(coder, sequence);
  if constexpr (Coder::kReads) {
    if (!ReadRefPicSets(coder, sequence) || !ReadLongTermRefs(coder, sequence)) return false;
  } else {
    coder.Ue(0);        // num_short_term_ref_pic_sets
    coder.Flag(false);  // long_term_ref_pics_present_flag
  }
  coder.Flag(sequence.temporal_mvp);
  coder.Flag(sequence.strong_intra_smoothing);
  coder.Skip(1, 0);  // vui_parameters_present_flag: what follows does not matter here
  coder.Skip(1, 0);  // sps_extension_present_flag
  return true;
}

template <class Coder, class Sizes>
bool TileSizes(Coder& coder, unsigned count, Sizes& sizes) {
  if constexpr (Coder::kReads) {
    if (count >= kMostTiles) return false;
    sizes.resize(count);
  }
  for (auto& size : sizes) coder.Ue(size);
  return true;
}

template <class Coder, class Picture>
bool Tiles(Coder& coder, Picture& picture) {
  auto columns = static_cast<unsigned>(picture.tile_columns_minus1.size());
  auto rows = static_cast<unsigned>(picture.tile_rows_minus1.size());
  coder.Ue(columns);
  coder.Ue(rows);
  bool uniform = false;
  coder.Flag(uniform);
  if (!uniform &&
      (!TileSizes(coder, columns, picture.tile_columns_minus1) || !TileSizes(coder, rows, picture.tile_rows_minus1))) {
    return false;
  }
  coder.Flag(picture.loop_filter_across_tiles);
  return true;
}

template <class Coder, class Picture>
void Deblocking(Coder& coder, Picture& picture) {
  bool present = true;
  coder.Flag(present);
  if (!present) return;
  coder.Flag(picture.deblocking_override);
  coder.Flag(picture.deblocking_disabled);
  if (picture.deblocking_disabled) return;
  coder.Se(picture.beta_offset_div2);
  coder.Se(picture.tc_offset_div2);
}

template <class Coder, class Picture>
bool PictureSet(Coder& coder, Picture& picture) {
  coder.Ue(picture.id);
  coder.Ue(picture.sequence_id);
  coder.Flag(picture.dependent_slices);
  coder.Flag(picture.output_flag_present);
  coder.Bits(3, picture.extra_slice_header_bits);
  coder.Flag(picture.sign_data_hiding);
  coder.Flag(picture.cabac_init_present);
  coder.Ue(picture.ref_idx_l0_minus1);
  coder.Ue(picture.ref_idx_l1_minus1);
  coder.Se(picture.init_qp_minus26);
  coder.Flag(picture.constrained_intra_pred);
  coder.Flag(picture.transform_skip);
  coder.Flag(picture.cu_qp_delta);
  if (picture.cu_qp_delta) coder.Ue(picture.cu_qp_delta_depth);
  coder.Se(picture.cb_qp_offset);
  coder.Se(picture.cr_qp_offset);
  coder.Flag(picture.slice_chroma_qp_offsets);
  coder.Flag(picture.weighted_pred);
  coder.Flag(picture.weighted_bipred);
  coder.Flag(picture.transquant_bypass);
  coder.Flag(picture.tiles);
  coder.Flag(picture.entropy_sync);
  if (picture.tiles && !Tiles(coder, picture)) return false;
  coder.Flag(picture.loop_filter_across_slices);
  Deblocking(coder, picture);
  if (!coder.Is(1, 0)) return false;  // pps_scaling_list_data_present_flag
  coder.Flag(picture.lists_modification);
  coder.Ue(picture.log2_parallel_merge_minus2);
  coder.Flag(picture.slice_extension);
  coder.Skip(1, 0);  // pps_extension_present_flag
  return true;
}

}  // namespace

std::vector<std::uint8_t> Payload(std::span<const std::uint8_t> nal) {
  // H.264's has one byte of header less; no emulation prevention byte stands among the first two.
  auto payload = h264::Payload(nal);
  if (!payload.empty()) payload.erase(payload.begin());
  return payload;
}

void AppendNalUnit(std::vector<std::uint8_t>& stream, NalType type, std::span<const std::uint8_t> payload) {
  constexpr std::uint8_t kSecondHeaderByte = 1;  // nuh_temporal_id_plus1
  std::vector<std::uint8_t> behind_first = {kSecondHeaderByte};
  behind_first.insert(behind_first.end(), payload.begin(), payload.end());
  // H.264's first byte is made of two bits of ref_idc and five of the type: the same seven bits.
  const unsigned first = static_cast<unsigned>(type) << 1U;
  h264::AppendNalUnit(stream, first >> 5U, static_cast<h264::NalType>(first & 0x1fU), behind_first);
}

unsigned SequenceParameters::CodingTreeBlocks() const {
  const unsigned side = 1U << (log2_min_coding_block_minus3 + 3 + log2_diff_coding_block);
  return ((width + side - 1) / side) * ((height + side - 1) / side);
}

std::optional<SequenceParameters> ParseSequenceParameters(std::span<const std::uint8_t> payload) {
  Reading reading(payload);
  SequenceParameters sequence;
  if (!SequenceSet(reading, sequence) || !reading.Source().Good()) return std::nullopt;
  constexpr unsigned kMostLog2 = 6;
  const bool possible = sequence.width != 0 && sequence.height != 0 &&
                        sequence.log2_min_coding_block_minus3 + 3 + sequence.log2_diff_coding_block <= kMostLog2;
  if (!possible) return std::nullopt;
  return sequence;
}

std::optional<PictureParameters> ParsePictureParameters(std::span<const std::uint8_t> payload) {
  Reading reading(payload);
  PictureParameters picture;
  if (!PictureSet(reading, picture) || !reading.Source().Good()) return std::nullopt;
  if (std::abs(picture.init_qp_minus26) > kMostQpOffset) return std::nullopt;
  return picture;
}

std::vector<std::uint8_t> WriteVideoParameters(const SequenceParameters& sequence) {
  Writing writing;
  writing.Bits(4, 0);        // vps_video_parameter_set_id
  writing.Bits(2, 0b11);     // of the base layer
  writing.Bits(6 + 3, 0);    // vps_max_layers_minus1, vps_max_sub_layers_minus1
  writing.Bits(1, 1);        // vps_temporal_id_nesting_flag
  writing.Bits(16, 0xffff);  // reserved
  ProfileTierLevel(writing, sequence);
  SubLayerOrdering(writing, sequence);
  writing.Bits(6, 0);   // vps_max_layer_id
  writing.Ue(0);        // vps_num_layer_sets_minus1
  writing.Flag(false);  // vps_timing_info_present_flag
  writing.Flag(false);  // vps_extension_flag
  return writing.Finish();
}

std::vector<std::uint8_t> WriteSequenceParameters(const SequenceParameters& sequence) {
  Writing writing;
  SequenceSet(writing, sequence);
  return writing.Finish();
}

std::vector<std::uint8_t> WritePictureParameters(const PictureParameters& picture) {
  Writing writing;
  PictureSet(writing, picture);
  return writing.Finish();
}

}  // namespace vfqual::hevc
