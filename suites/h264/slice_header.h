// Slice headers (ITU-T H.264, 7.3.3) of frames; fields are read as far as the reference counts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "suites/h264/parameter_sets.h"

namespace vfqual::h264 {

enum class SliceType : std::uint8_t { kP = 0, kB = 1, kI = 2 };

struct SliceHeader {
  unsigned first_mb = 0;
  SliceType type = SliceType::kI;
  unsigned picture_parameters_id = 0;
  unsigned frame_num = 0;
  unsigned poc_lsb = 0;
  bool overrides_ref_counts = false;
  int qp = 0;
  std::size_t poc_position = 0;   // in bits from the payload's begin: where pic_order_cnt_lsb is or would be
  std::size_t data_position = 0;  // where cabac_alignment_one_bit or the first macroblock is
};

// As far as the reference counts: what stands behind them depends on the picture parameters' own counts.
std::optional<SliceHeader> ParseSliceReferences(std::span<const std::uint8_t> nal,
                                                std::span<const std::uint8_t> payload,
                                                const SequenceParameters& sequence, const PictureParameters& picture);

// Of a NAL unit with slice type SI or SP, or one cut short: nothing.
std::optional<SliceHeader> ParseSliceHeader(std::span<const std::uint8_t> nal, std::span<const std::uint8_t> payload,
                                            const SequenceParameters& sequence, const PictureParameters& picture);

// The slice's payload with `poc_lsb` put into a header that has none, as for a sequence whose pic_order_cnt_type is 0.
std::vector<std::uint8_t> InsertPoc(std::span<const std::uint8_t> payload, const SliceHeader& header, bool cabac,
                                    unsigned log2_max_poc_lsb, unsigned poc_lsb);

}  // namespace vfqual::h264
