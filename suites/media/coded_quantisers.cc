#include "suites/media/coded_quantisers.h"

#include <fmt/format.h>

#include <optional>

#include "suites/h264/nal_unit.h"
#include "suites/hevc/parameter_sets.h"
#include "suites/hevc/slice_header.h"
#include "suites/media/stream_facts.h"
#include "suites/media/vp9_header.h"

namespace vfqual::suites {
namespace {

Result<std::vector<int>> OfHevc(const EncodedStream& stream) {
  std::vector<int> quantisers;
  std::optional<hevc::SequenceParameters> sequence;
  std::optional<hevc::PictureParameters> picture;
  const auto bytes = stream.Joined();
  for (const auto nal : h264::SplitNalUnits(bytes)) {
    const auto type = hevc::TypeOf(nal);
    if (type == hevc::NalType::kSps) {
      sequence = hevc::ParseSequenceParameters(hevc::Payload(nal));
      if (!sequence) return Fail("the stream's sequence parameter set (SPS) cannot be read");
    } else if (type == hevc::NalType::kPps) {
      picture = hevc::ParsePictureParameters(hevc::Payload(nal));
      if (!picture) return Fail("the stream's picture parameter set (PPS) cannot be read");
    } else if (hevc::IsSlice(type)) {
      if (!sequence || !picture) return Fail("the stream has a slice before its parameter sets");
      const auto header = hevc::ParseSliceHeader(type, hevc::Payload(nal), *sequence, *picture);
      if (!header) return Fail(fmt::format("the header of slice {} cannot be read", quantisers.size()));
      if (!header->dependent) quantisers.push_back(header->qp);
    }
  }
  return quantisers;
}

Result<std::vector<int>> OfVp9(const EncodedStream& stream) {
  std::vector<int> quantisers;
  for (const auto& picture : stream.pictures) {
    const auto header = ParseVp9Header(picture.bytes);
    if (!header) return Fail(fmt::format("the header of picture {} cannot be read", picture.number));
    quantisers.push_back(static_cast<int>(header->base_q_idx));
  }
  return quantisers;
}

// quantiser_scale_code, the first five bits behind a slice's start code (ITU-T H.262, 6.2.4) of up to 2800 rows.
Result<std::vector<int>> OfMpeg2(const EncodedStream& stream) {
  constexpr std::uint8_t kLastSlice = 0xaf;
  std::vector<int> quantisers;
  const auto bytes = stream.Joined();
  for (const auto unit : h264::SplitNalUnits(bytes)) {
    if (unit[0] == 0 || unit[0] > kLastSlice || unit.size() < 2) continue;
    quantisers.push_back(unit[1] >> 3U);
  }
  return quantisers;
}

}  // namespace

const char* QuantiserWord(AVCodecID codec) {
  switch (codec) {
    case AV_CODEC_ID_H264:
    case AV_CODEC_ID_HEVC:
      return "QP";
    case AV_CODEC_ID_VP9:
      return "base_q_idx";
    case AV_CODEC_ID_MPEG2VIDEO:
      return "quantiser_scale_code";
    default:
      return nullptr;
  }
}

Result<std::vector<int>> CodedQuantisers(AVCodecID codec, const EncodedStream& stream) {
  if (codec == AV_CODEC_ID_HEVC) return OfHevc(stream);
  if (codec == AV_CODEC_ID_VP9) return OfVp9(stream);
  if (codec == AV_CODEC_ID_MPEG2VIDEO) return OfMpeg2(stream);
  const auto facts = ReadStreamFacts(stream.Joined());
  if (!facts) return Fail(facts.error());
  return facts->slice_qps;
}

Status CheckConstantQuantiser(const std::vector<int>& coded, int asked, const char* word) {
  if (coded.empty()) return Fail("the stream has no slice");
  for (std::size_t slice = 0; slice < coded.size(); ++slice) {
    if (coded[slice] != asked) {
      return Fail(fmt::format("slice {} is coded with {} {}, a constant {} of {} was asked for", slice, word,
                              coded[slice], word, asked));
    }
  }
  return {};
}

}  // namespace vfqual::suites
