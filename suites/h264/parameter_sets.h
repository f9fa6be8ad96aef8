// Sequence and picture parameter sets (ITU-T H.264, 7.3.2): read and written as far as 4:2:0 streams of 8 bits need it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vfqual::h264 {

// profile_idc
inline constexpr unsigned kBaseline = 66;
inline constexpr unsigned kMain = 77;
inline constexpr unsigned kHigh = 100;

struct Cropping {  // in luma samples
  unsigned right = 0;
  unsigned bottom = 0;
};

struct SequenceParameters {
  unsigned profile_idc = kHigh;
  unsigned constraint_flags = 0;  // the byte behind profile_idc; constraint_set0_flag is its highest bit
  unsigned level_idc = 0;
  unsigned id = 0;
  unsigned log2_max_frame_num = 4;
  unsigned poc_type = 0;          // 1 is neither read nor written
  unsigned log2_max_poc_lsb = 4;  // where poc_type is 0
  unsigned max_ref_frames = 0;
  bool gaps_in_frame_num = false;
  unsigned width_in_mbs = 0;
  unsigned height_in_map_units = 0;
  bool frame_mbs_only = true;
  bool mb_adaptive_frame_field = false;
  bool direct_8x8_inference = true;
  Cropping cropping;
  // Written as the VUI's bitstream_restriction; not read.
  std::optional<unsigned> max_reorder_frames;
};

// The lists in the order of coding (zig-zag).
struct ScalingLists {
  std::array<std::array<std::uint8_t, 16>, 6> lists_4x4;
  std::array<std::array<std::uint8_t, 64>, 2> lists_8x8;
};

struct PictureParameters {
  unsigned id = 0;
  unsigned sequence_id = 0;
  bool cabac = false;
  bool pic_order_present = false;
  unsigned ref_idx_l0_count = 1;
  unsigned ref_idx_l1_count = 1;
  bool weighted_pred = false;
  unsigned weighted_bipred_idc = 0;
  int init_qp = 26;
  int chroma_qp_index_offset = 0;
  int second_chroma_qp_index_offset = 0;
  bool deblocking_control_present = false;
  bool constrained_intra_pred = false;
  bool redundant_pic_cnt_present = false;
  bool transform_8x8 = false;
  std::optional<ScalingLists> scaling;  // written, not read
};

// Nothing where the payload is cut short or holds what is not supported. What a picture parameter set says behind
// redundant_pic_cnt_present (high profiles only) is not read.
std::optional<SequenceParameters> ParseSequenceParameters(std::span<const std::uint8_t> payload);
std::optional<PictureParameters> ParsePictureParameters(std::span<const std::uint8_t> payload);

// Payloads. A picture parameter set says of the 8x8 transform only where `high` (the sequence's profile).
std::vector<std::uint8_t> WriteSequenceParameters(const SequenceParameters& sequence);
std::vector<std::uint8_t> WritePictureParameters(const PictureParameters& picture, bool high);

}  // namespace vfqual::h264
