#include "suites/h264/slice_header.h"

#include "suites/h264/bit_reader.h"
#include "suites/h264/bit_writer.h"
#include "suites/h264/nal_unit.h"

namespace vfqual::h264 {
namespace {

constexpr unsigned kMaxCommands = 66;  // more than a header can hold of reordering or marking commands

void SkipRefListModification(BitReader& bits) {
  if (!bits.Flag()) return;
  for (unsigned command = 0; command < kMaxCommands && bits.Ue() != 3; ++command) bits.Ue();
}

void SkipWeights(BitReader& bits, unsigned count) {
  for (unsigned index = 0; index < count && bits.Good(); ++index) {
    if (bits.Flag()) {
      bits.Se();
      bits.Se();
    }
    if (bits.Flag()) {
      for (int value = 0; value < 4; ++value) bits.Se();
    }
  }
}

void SkipRefPicMarking(BitReader& bits, bool idr) {
  if (idr) {
    bits.Bits(2);
    return;
  }
  if (!bits.Flag()) return;
  for (unsigned command = 0; command < kMaxCommands && bits.Good(); ++command) {
    const std::uint32_t operation = bits.Ue();
    if (operation == 0) return;
    if (operation != 5) bits.Ue();
    if (operation == 3) bits.Ue();
  }
}

struct References {
  SliceHeader header;
  unsigned l0_count = 0;
  unsigned l1_count = 0;
};

std::optional<References> ReadReferences(BitReader& bits, std::span<const std::uint8_t> nal,
                                         const SequenceParameters& sequence, const PictureParameters& picture) {
  References start{{}, picture.ref_idx_l0_count, picture.ref_idx_l1_count};
  SliceHeader& header = start.header;
  header.first_mb = bits.Ue();
  const std::uint32_t type = bits.Ue() % 5;
  if (type > 2) return std::nullopt;
  header.type = static_cast<SliceType>(type);
  header.picture_parameters_id = bits.Ue();
  header.frame_num = bits.Bits(sequence.log2_max_frame_num);
  bool field = false;
  if (!sequence.frame_mbs_only) {
    field = bits.Flag();
    if (field) bits.Flag();
  }
  if (TypeOf(nal) == NalType::kIdrSlice) bits.Ue();  // idr_pic_id
  header.poc_position = bits.Position();
  if (sequence.poc_type == 0) {
    header.poc_lsb = bits.Bits(sequence.log2_max_poc_lsb);
    if (picture.pic_order_present && !field) bits.Se();
  }
  if (picture.redundant_pic_cnt_present) bits.Ue();
  if (header.type == SliceType::kB) bits.Flag();  // direct_spatial_mv_pred_flag
  if (header.type != SliceType::kI) {
    header.overrides_ref_counts = bits.Flag();
    if (header.overrides_ref_counts) {
      start.l0_count = bits.Ue() + 1;
      if (header.type == SliceType::kB) start.l1_count = bits.Ue() + 1;
    }
    if (start.l0_count > 32 || start.l1_count > 32) return std::nullopt;
  }
  if (!bits.Good()) return std::nullopt;
  return start;
}

}  // namespace

std::optional<SliceHeader> ParseSliceReferences(std::span<const std::uint8_t> nal,
                                                std::span<const std::uint8_t> payload,
                                                const SequenceParameters& sequence, const PictureParameters& picture) {
  BitReader bits(payload);
  auto start = ReadReferences(bits, nal, sequence, picture);
  if (!start) return std::nullopt;
  return start->header;
}

std::optional<SliceHeader> ParseSliceHeader(std::span<const std::uint8_t> nal, std::span<const std::uint8_t> payload,
                                            const SequenceParameters& sequence, const PictureParameters& picture) {
  BitReader bits(payload);
  const auto start = ReadReferences(bits, nal, sequence, picture);
  if (!start) return std::nullopt;
  SliceHeader header = start->header;
  if (header.type != SliceType::kI) {
    SkipRefListModification(bits);
    if (header.type == SliceType::kB) SkipRefListModification(bits);
    if ((header.type == SliceType::kP && picture.weighted_pred) ||
        (header.type == SliceType::kB && picture.weighted_bipred_idc == 1)) {
      bits.Ue();  // luma_log2_weight_denom
      bits.Ue();  // chroma_log2_weight_denom
      SkipWeights(bits, start->l0_count);
      if (header.type == SliceType::kB) SkipWeights(bits, start->l1_count);
    }
  }
  if (RefIdcOf(nal) != 0) SkipRefPicMarking(bits, TypeOf(nal) == NalType::kIdrSlice);
  if (picture.cabac && header.type != SliceType::kI) bits.Ue();  // cabac_init_idc
  header.qp = picture.init_qp + bits.Se();
  if (picture.deblocking_control_present && bits.Ue() != 1) {
    bits.Se();
    bits.Se();
  }
  header.data_position = bits.Position();
  if (!bits.Good()) return std::nullopt;
  return header;
}

std::vector<std::uint8_t> InsertPoc(std::span<const std::uint8_t> payload, const SliceHeader& header, bool cabac,
                                    unsigned log2_max_poc_lsb, unsigned poc_lsb) {
  BitReader from(payload);
  BitWriter to;
  to.Copy(from, header.poc_position);
  to.Bits(log2_max_poc_lsb, poc_lsb & ((1U << log2_max_poc_lsb) - 1));
  to.Copy(from, header.data_position - header.poc_position);
  if (cabac) {
    to.Align(true);  // cabac_alignment_one_bit
    to.Append(payload.subspan((header.data_position + 7) / 8));
    return to.Bytes();
  }
  // The trailing bits are cut off and made anew: they end at another place in their byte.
  std::size_t end = payload.size() * 8;
  while (end > header.data_position && (unsigned{payload[(end - 1) / 8]} >> (7 - (end - 1) % 8) & 1U) == 0) --end;
  to.Copy(from, end - 1 - header.data_position);
  to.TrailingBits();
  return to.Bytes();
}

}  // namespace vfqual::h264
