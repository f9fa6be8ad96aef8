#include "suites/hevc/slice_header.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "suites/h264/bit_reader.h"
#include "suites/h264/bit_writer.h"

namespace vfqual::hevc {
namespace {

constexpr unsigned kMostReferences = 16;
constexpr int kMostQpDelta = 128;
constexpr unsigned kMostEntryPoints = 65536;

// Bits of a number below `count`: Ceil(Log2(count)).
unsigned BitsBelow(unsigned count) {
  return count <= 1 ? 0 : static_cast<unsigned>(std::bit_width(count - 1));
}

void SkipBits(h264::BitReader& bits, std::size_t count) {
  for (std::size_t bit = 0; bit < count; ++bit) bits.Bits(1);
}

class HeaderParser {
 public:
  HeaderParser(NalType type, std::span<const std::uint8_t> payload, const SequenceParameters& sequence,
               const PictureParameters& picture, const std::optional<KnownRefPicSet>& known)
      : type_(type), bits_(payload), sequence_(sequence), picture_(picture), known_(known) {}

  std::optional<SliceHeader> Parse() {
    header_.first_in_picture = bits_.Flag();
    if (type_ >= NalType::kFirstIrap && type_ <= NalType::kLastIrap) bits_.Flag();  // no_output_of_prior_pics_flag
    header_.picture_parameters_id = bits_.Ue();
    if (!header_.first_in_picture) {
      header_.dependent = picture_.dependent_slices && bits_.Flag();
      bits_.Bits(BitsBelow(sequence_.CodingTreeBlocks()));  // slice_segment_address
    }
    if (!header_.dependent && !Independent()) return std::nullopt;
    if (!EntryPoints()) return std::nullopt;
    if (picture_.slice_extension) SkipBits(bits_, std::size_t{std::min(bits_.Ue(), 256U)} * 8);
    header_.end = bits_.Position();
    // byte_alignment()
    if (!bits_.Flag() || !bits_.Good()) return std::nullopt;
    return header_;
  }

 private:
  bool Independent() {
    bits_.Bits(picture_.extra_slice_header_bits);
    const unsigned type = bits_.Ue();
    if (type > static_cast<unsigned>(SliceType::kI)) return false;
    header_.type = static_cast<SliceType>(type);
    if (picture_.output_flag_present) bits_.Flag();
    const bool idr = type_ == NalType::kIdrWithRadl || type_ == NalType::kIdrAlone;
    if (!idr && !ReferencePictures()) return false;
    bool sao_luma = false;
    bool sao_chroma = false;
    if (sequence_.sao) {
      sao_luma = bits_.Flag();
      sao_chroma = bits_.Flag();
    }
    if (header_.type != SliceType::kI && !Prediction()) return false;
    const int qp_delta = bits_.Se();
    if (std::abs(qp_delta) > kMostQpDelta) return false;
    header_.qp = 26 + picture_.init_qp_minus26 + qp_delta;
    if (picture_.slice_chroma_qp_offsets) {
      bits_.Se();
      bits_.Se();
    }
    bool deblocking_disabled = picture_.deblocking_disabled;
    if (picture_.deblocking_override && bits_.Flag()) {
      deblocking_disabled = bits_.Flag();
      if (!deblocking_disabled) {
        bits_.Se();
        bits_.Se();
      }
    }
    if (picture_.loop_filter_across_slices && (sao_luma || sao_chroma || !deblocking_disabled)) bits_.Flag();
    return true;
  }

  bool ReferencePictures() {
    bits_.Bits(sequence_.log2_max_poc_lsb_minus4 + 4);
    header_.ref_set_position = bits_.Position();
    const bool of_sequence = bits_.Flag();
    const unsigned count = sequence_.ref_pic_set_count;
    if (known_) {
      SkipBits(bits_, of_sequence ? BitsBelow(count) : known_->ref_set_bits);
      ref_set_ = *known_->set;
    } else if (of_sequence) {
      const unsigned index = bits_.Bits(BitsBelow(count));
      if (index >= sequence_.ref_pic_sets.size()) return false;
      ref_set_ = sequence_.ref_pic_sets[index];
    } else {
      const auto set = ReadRefPicSet(bits_, sequence_.ref_pic_sets, count, count);
      if (!set) return false;
      ref_set_ = *set;
    }
    header_.behind_ref_set = bits_.Position();
    if (sequence_.long_term_refs && bits_.Ue() != 0) return false;  // num_long_term_pics
    if (sequence_.temporal_mvp) temporal_mvp_ = bits_.Flag();
    return true;
  }

  bool Prediction() {
    const bool both = header_.type == SliceType::kB;
    unsigned first = picture_.ref_idx_l0_minus1 + 1;
    unsigned second = both ? picture_.ref_idx_l1_minus1 + 1 : 0;
    if (bits_.Flag()) {  // num_ref_idx_active_override_flag
      first = bits_.Ue() + 1;
      if (both) second = bits_.Ue() + 1;
    }
    if (first > kMostReferences || second > kMostReferences) return false;
    const unsigned pictures = ref_set_.UsedByCurr();
    if (picture_.lists_modification && pictures > 1) {
      if (bits_.Flag()) SkipBits(bits_, std::size_t{first} * BitsBelow(pictures));
      if (both && bits_.Flag()) SkipBits(bits_, std::size_t{second} * BitsBelow(pictures));
    }
    if (both) bits_.Flag();  // mvd_l1_zero_flag
    if (picture_.cabac_init_present) bits_.Flag();
    if (temporal_mvp_) {
      const bool from_first = !both || bits_.Flag();
      if ((from_first ? first : second) > 1) bits_.Ue();  // collocated_ref_idx
    }
    if (both ? picture_.weighted_bipred : picture_.weighted_pred) Weights(first, second);
    bits_.Ue();  // five_minus_max_num_merge_cand
    return true;
  }

  void Weights(unsigned first, unsigned second) {
    bits_.Ue();  // luma_log2_weight_denom
    bits_.Se();  // delta_chroma_log2_weight_denom
    for (const unsigned count : {first, second}) {
      std::vector<bool> luma(count);
      std::vector<bool> chroma(count);
      for (unsigned index = 0; index < count; ++index) luma[index] = bits_.Flag();
      for (unsigned index = 0; index < count; ++index) chroma[index] = bits_.Flag();
      for (unsigned index = 0; index < count; ++index) {
        for (unsigned number = 0; number < (luma[index] ? 2U : 0U) + (chroma[index] ? 4U : 0U); ++number) bits_.Se();
      }
    }
  }

  bool EntryPoints() {
    if (!picture_.tiles && !picture_.entropy_sync) return true;
    const unsigned count = bits_.Ue();
    if (count > kMostEntryPoints) return false;
    if (count != 0) SkipBits(bits_, std::size_t{count} * (std::size_t{bits_.Ue()} + 1));
    return bits_.Good();
  }

  NalType type_;
  h264::BitReader bits_;
  const SequenceParameters& sequence_;
  const PictureParameters& picture_;
  std::optional<KnownRefPicSet> known_;
  SliceHeader header_;
  RefPicSet ref_set_;
  bool temporal_mvp_ = false;
};

}  // namespace

std::optional<SliceHeader> ParseSliceHeader(NalType nal_type, std::span<const std::uint8_t> payload,
                                            const SequenceParameters& sequence, const PictureParameters& picture,
                                            const std::optional<KnownRefPicSet>& known) {
  return HeaderParser(nal_type, payload, sequence, picture, known).Parse();
}

namespace {

// Behind what `writer` has of it already.
std::vector<std::uint8_t> WithRest(h264::BitWriter writer, std::span<const std::uint8_t> payload,
                                   const SliceHeader& header, const RefPicSet& set) {
  writer.Flag(false);  // short_term_ref_pic_set_sps_flag
  WriteFirstRefPicSet(writer, set);
  h264::BitReader reader(payload);
  SkipBits(reader, header.behind_ref_set);
  writer.Copy(reader, header.end - header.behind_ref_set);
  writer.Flag(true);  // byte_alignment()
  writer.Align(false);
  writer.Append(payload.subspan(header.end / 8 + 1));
  return writer.Bytes();
}

}  // namespace

std::vector<std::uint8_t> WithPlace(std::span<const std::uint8_t> payload, const SliceHeader& header,
                                    const SequenceParameters& sequence, unsigned poc_lsb, const RefPicSet& set) {
  if (header.behind_ref_set == 0) return {payload.begin(), payload.end()};
  const unsigned poc_bits = sequence.log2_max_poc_lsb_minus4 + 4;
  h264::BitReader reader(payload);
  h264::BitWriter writer;
  writer.Copy(reader, header.ref_set_position - poc_bits);
  writer.Bits(poc_bits, poc_lsb & ((1U << poc_bits) - 1));
  return WithRest(writer, payload, header, set);
}

std::vector<std::uint8_t> WithOwnRefPicSet(std::span<const std::uint8_t> payload, const SliceHeader& header,
                                           const RefPicSet& set) {
  if (header.behind_ref_set == 0) return {payload.begin(), payload.end()};
  h264::BitReader reader(payload);
  h264::BitWriter writer;
  writer.Copy(reader, header.ref_set_position);
  return WithRest(writer, payload, header, set);
}

}  // namespace vfqual::hevc
