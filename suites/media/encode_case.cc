#include "suites/media/encode_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "suites/media/moving_picture.h"
#include "suites/media/stream_decoder.h"
#include "suites/media/stream_facts.h"

namespace vfqual::suites {
namespace {

std::optional<unsigned> FirstMissing(const EncodedStream& stream, unsigned pictures) {
  std::set<std::int64_t> numbers;
  for (const auto& picture : stream.pictures) numbers.insert(picture.number);
  for (unsigned number = 0; number < pictures; ++number) {
    if (!numbers.contains(number)) return number;
  }
  return std::nullopt;
}

}  // namespace

Result<EncodedStream> EncodeCase::EncodeAgain() const {
  return EncodeWithVa(target_->device.get(), request_,
                      [this](unsigned number) { return MovingPicture(request_.width, request_.height, number); });
}

const Result<EncodedStream>& EncodeCase::Stream() {
  if (!stream_) stream_ = EncodeAgain();
  return *stream_;
}

Status CheckEveryPictureIsThere(const EncodedStream& stream, unsigned pictures) {
  if (const auto missing = FirstMissing(stream, pictures)) {
    return Fail(fmt::format("picture {} is missing: {} of {} came out of the encoder", *missing, stream.pictures.size(),
                            pictures));
  }
  if (stream.pictures.size() == pictures) return {};
  return Fail(fmt::format("{} pictures came out of the encoder, {} went in", stream.pictures.size(), pictures));
}

Status CheckQualityOfStream(const EncodeRequest& request, const EncodedStream& stream, const QualityFloor& floor) {
  EncodedStream whole = stream;
  if (const auto missing = FirstMissing(stream, request.pictures)) {
    std::erase_if(whole.pictures, [&](const EncodedPicture& picture) { return picture.number >= *missing; });
  }
  const auto decoded = DecodeStream(request.profile.codec, whole, nullptr);
  if (!decoded) return Fail("the stream does not decode in software: " + decoded.error());
  if (decoded->pictures.size() != whole.pictures.size()) {
    return Fail(fmt::format("the stream decodes to {} pictures, {} were encoded", decoded->pictures.size(),
                            whole.pictures.size()));
  }
  unsigned number = 0;
  for (const auto& [shown_as, picture] : decoded->pictures) {
    if (shown_as != number) {
      return Fail(fmt::format("picture {} comes out of the stream where picture {} belongs", shown_as, number));
    }
    if (picture.width != request.width || picture.height != request.height) {
      return Fail(fmt::format("the stream's pictures are {}x{}, {}x{} were encoded", picture.width, picture.height,
                              request.width, request.height));
    }
    const auto quality = CompareQuality(MovingPicture(request.width, request.height, number), picture);
    if (auto checked = CheckQuality(quality, floor, number); !checked) return checked;
    ++number;
  }
  return {};
}

Status CheckProfileOfStream(const EncodeRequest& request, const EncodedStream& stream) {
  if (request.profile.codec == AV_CODEC_ID_H264) {
    const auto facts = ReadStreamFacts(stream.Joined());
    if (!facts) return Fail(facts.error());
    const bool constrained = request.profile.va_profile == VAProfileH264ConstrainedBaseline;
    const auto asked = static_cast<unsigned>(request.profile.av_profile) & 0xffU;
    if (facts->profile_idc == asked && (!constrained || facts->constraint_set1)) return {};
    return Fail(fmt::format("the stream calls itself {}, {} was asked for",
                            ProfileWords(facts->profile_idc, facts->constraint_set1),
                            ProfileWords(asked, constrained)));
  }
  const auto decoded = DecodeStream(request.profile.codec, stream, nullptr);
  if (!decoded) return Fail(decoded.error());
  if (decoded->av_profile == request.profile.av_profile) return {};
  return Fail(fmt::format("the stream is of {}'s profile {}, {} was asked for", avcodec_get_name(request.profile.codec),
                          decoded->av_profile, request.profile.av_profile));
}

Status CheckBPicturesOfStream(const EncodeRequest& request, const EncodedStream& stream) {
  const auto facts = ReadStreamFacts(stream.Joined());
  if (!facts) return Fail(facts.error());
  if (facts->picture_types.size() != stream.pictures.size()) {
    return Fail(fmt::format("the stream has {} pictures, {} came out of the encoder", facts->picture_types.size(),
                            stream.pictures.size()));
  }
  for (std::size_t at = 0; at < stream.pictures.size(); ++at) {
    // libavcodec/vaapi_encode.c: as many B pictures as asked for before each other one, and never as the last.
    const auto number = stream.pictures[at].number;
    const bool asked = number % (request.b_pictures + 1) != 0 && number != request.pictures - 1;
    const auto type = facts->picture_types[at];
    if (asked != (type == h264::SliceType::kB)) {
      return Fail(fmt::format("picture {} is coded with {} slices, {} was asked for", number, Word(type),
                              asked ? "B" : "I or P"));
    }
  }
  return {};
}

}  // namespace vfqual::suites
