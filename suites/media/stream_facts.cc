#include "suites/media/stream_facts.h"

#include <fmt/format.h>

#include <optional>

#include "suites/h264/nal_unit.h"
#include "suites/h264/parameter_sets.h"
#include "suites/h264/slice_header.h"

namespace vfqual::suites {

Result<StreamFacts> ReadStreamFacts(std::span<const std::uint8_t> stream) {
  StreamFacts facts;
  std::optional<h264::SequenceParameters> sequence;
  std::optional<h264::PictureParameters> picture;
  for (const auto nal : h264::SplitNalUnits(stream)) {
    const auto type = h264::TypeOf(nal);
    if (type == h264::NalType::kSps) {
      sequence = h264::ParseSequenceParameters(h264::Payload(nal));
      if (!sequence) return Fail("the stream's sequence parameter set (SPS) cannot be read");
      facts.profile_idc = sequence->profile_idc;
      facts.constraint_set1 = (sequence->constraint_flags & 0x40U) != 0;
    } else if (type == h264::NalType::kPps) {
      picture = h264::ParsePictureParameters(h264::Payload(nal));
      if (!picture) return Fail("the stream's picture parameter set (PPS) cannot be read");
    } else if (h264::IsSlice(type)) {
      if (!sequence || !picture) return Fail("the stream has a slice before its parameter sets");
      const auto header = h264::ParseSliceHeader(nal, h264::Payload(nal), *sequence, *picture);
      if (!header) return Fail(fmt::format("the header of slice {} cannot be read", facts.slice_qps.size()));
      facts.slice_qps.push_back(header->qp);
      if (header->first_mb == 0) facts.picture_types.push_back(header->type);
    }
  }
  if (facts.slice_qps.empty()) return Fail("the stream has no slice");
  return facts;
}

std::string ProfileWords(unsigned profile_idc, bool constraint_set1) {
  switch (profile_idc) {
    case h264::kBaseline:
      return constraint_set1 ? "constrained baseline (66)" : "baseline (66)";
    case h264::kMain:
      return "main (77)";
    case h264::kHigh:
      return "high (100)";
    default:
      return fmt::format("profile_idc {}", profile_idc);
  }
}

const char* Word(h264::SliceType type) {
  switch (type) {
    case h264::SliceType::kP:
      return "P";
    case h264::SliceType::kB:
      return "B";
    case h264::SliceType::kI:
      return "I";
  }
  return "unknown";
}

}  // namespace vfqual::suites
