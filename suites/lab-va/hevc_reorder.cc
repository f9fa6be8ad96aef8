#include "suites/lab-va/hevc_reorder.h"

#include <algorithm>

#include "suites/h264/nal_unit.h"
#include "suites/hevc/slice_header.h"

namespace vfqual::lab_va {
namespace {

constexpr unsigned kMostReordered = 2;  // as deep as applications build their B pictures

// With room for pictures that wait to be shown. Its VUI, which says nothing that decoding needs, is left out.
hevc::SequenceParameters WithReordering(hevc::SequenceParameters sequence) {
  sequence.max_num_reorder = kMostReordered;
  sequence.max_latency_plus1 = 0;
  sequence.max_dec_pic_buffering_minus1 = std::max(sequence.max_dec_pic_buffering_minus1, kMostReordered + 1);
  return sequence;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> HevcReorder::Rewrite(std::span<const std::uint8_t> unit, int poc) {
  std::vector<std::uint8_t> stream;
  for (const auto nal : h264::SplitNalUnits(unit)) {
    const auto type = hevc::TypeOf(nal);
    if (type == hevc::NalType::kVps) continue;  // comes with the sequence's
    if (type == hevc::NalType::kSps) {
      sequence_ = hevc::ParseSequenceParameters(hevc::Payload(nal));
      if (!sequence_) return std::nullopt;
      const auto reordering = WithReordering(*sequence_);
      hevc::AppendNalUnit(stream, hevc::NalType::kVps, hevc::WriteVideoParameters(reordering));
      hevc::AppendNalUnit(stream, hevc::NalType::kSps, hevc::WriteSequenceParameters(reordering));
      continue;
    }
    if (type == hevc::NalType::kPps) picture_ = hevc::ParsePictureParameters(hevc::Payload(nal));
    if (!hevc::IsSlice(type)) {
      h264::AppendNalUnit(stream, nal);
      continue;
    }
    const auto slice = Slice(nal, poc);
    if (!slice) return std::nullopt;
    hevc::AppendNalUnit(stream, type, *slice);
  }
  last_poc_ = poc;
  return stream;
}

std::optional<std::vector<std::uint8_t>> HevcReorder::Slice(std::span<const std::uint8_t> nal, int poc) const {
  if (!sequence_ || !picture_) return std::nullopt;
  const auto payload = hevc::Payload(nal);
  const auto header = hevc::ParseSliceHeader(hevc::TypeOf(nal), payload, *sequence_, *picture_);
  if (!header) return std::nullopt;
  hevc::RefPicSet last;
  const int delta = last_poc_ - poc;
  (delta < 0 ? last.before : last.after).push_back({delta, true});
  return hevc::WithPlace(payload, *header, *sequence_, static_cast<unsigned>(poc), last);
}

}  // namespace vfqual::lab_va
