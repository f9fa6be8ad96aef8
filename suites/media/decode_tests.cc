#include "suites/media/decode_tests.h"

#include <fmt/format.h>

#include <string>

#include "suites/media/encode_case.h"
#include "suites/media/moving_picture.h"
#include "suites/media/mpeg2_encoder.h"
#include "suites/media/picture_quality.h"
#include "suites/media/software_encoder.h"
#include "suites/media/stream_decoder.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"

namespace vfqual::suites {
namespace {

std::string X264Profile(VAProfile profile) {
  if (profile == VAProfileH264ConstrainedBaseline) return "baseline";
  return profile == VAProfileH264Main ? "main" : "high";
}

// H.264, HEVC and VP9 say what each bit of a decoded picture is. JPEG and MPEG-2 leave the rounding of the inverse
// transform open (IEEE 1180: a sample may be off by one), each decoder has its own, and in MPEG-2 that adds up from one
// predicted picture to the next.
Status CheckDecodedPicture(AVCodecID codec, const Nv12Picture& expected, const Nv12Picture& actual, unsigned number) {
  constexpr Closeness kOfJpeg{2, 45};
  constexpr Closeness kOfMpeg2{8, 42};
  if (codec == AV_CODEC_ID_MJPEG) return CheckClosePicture(expected, actual, kOfJpeg, number);
  if (codec == AV_CODEC_ID_MPEG2VIDEO) return CheckClosePicture(expected, actual, kOfMpeg2, number);
  return CheckSamePicture(expected, actual, number);
}

// Each picture as software decodes it, in the same order.
Status CheckDecoding(const MediaTarget& target, AVCodecID codec, const EncodedStream& stream) {
  const auto expected = DecodeStream(codec, stream, nullptr);
  if (!expected) return Fail("software does not decode the stream: " + expected.error());
  const auto actual = DecodeStream(codec, stream, target.device.get());
  if (!actual) return Fail(actual.error());
  if (actual->pictures.size() != expected->pictures.size()) {
    return Fail(
        fmt::format("{} pictures were decoded, {} expected", actual->pictures.size(), expected->pictures.size()));
  }
  for (std::size_t index = 0; index < expected->pictures.size(); ++index) {
    auto same = CheckDecodedPicture(codec, expected->pictures[index].picture, actual->pictures[index].picture,
                                    static_cast<unsigned>(index));
    if (!same) return same;
  }
  return {};
}

// What any encoder of these qualities keeps, in the smallest picture too.
constexpr QualityFloor kDecodableFloor{26, 0.60, 22};

bool IsMadeInSoftware(const CodecProfile& profile) {
  return profile.codec == AV_CODEC_ID_H264 || profile.codec == AV_CODEC_ID_MPEG2VIDEO;
}

// Of H.264 libx264's, of MPEG-2, which current hardware only decodes, libavcodec's. There is no software encoder of the
// others here: their streams are the driver's own, and what is right is still software's to say.
Result<EncodedStream> MakeStream(const MediaTarget& target, const OfferedProfile& offered, unsigned width,
                                 unsigned height) {
  const auto& profile = offered.profile;
  const auto source = [&](unsigned number) { return MovingPicture(width, height, number); };
  if (profile.codec == AV_CODEC_ID_H264) {
    return EncodeInSoftware({X264Profile(profile.va_profile), width, height, target.scale.pictures}, source);
  }
  if (profile.codec == AV_CODEC_ID_MPEG2VIDEO) return EncodeMpeg2(width, height, target.scale.pictures, source);
  EncodeRequest request;
  request.profile = profile;
  request.low_power = offered.encode == VAEntrypointEncSliceLP;
  request.width = width;
  request.height = height;
  request.pictures = target.scale.pictures;
  auto stream = EncodeWithVa(target.device.get(), request, source);
  if (!stream) return stream;
  // What is wrong with it is told by the tests of encoding; a decoder learns nothing from it.
  const auto right = CheckEveryPictureIsThere(*stream, request.pictures)
                         .and_then([&] { return CheckProfileOfStream(request, *stream); })
                         .and_then([&] { return CheckQualityOfStream(request, *stream, kDecodableFloor); });
  if (!right) return Fail(right.error());
  return stream;
}

void CheckSize(const MediaTarget& target, const OfferedProfile& offered, unsigned width, unsigned height) {
  const auto stream = MakeStream(target, offered, width, height);
  if (stream) return ExpectOk(CheckDecoding(target, offered.profile.codec, *stream));
  if (IsMadeInSoftware(offered.profile)) return ExpectOk(Fail(stream.error()));
  SkipTest(SkipReason::kNoStream, "the driver's own encoder makes no right stream to decode: " + stream.error());
}

}  // namespace

void AddDecodeTests(const MediaTargetPtr& target, const OfferedProfile& offered) {
  const CodecProfile profile = offered.profile;
  const bool has_streams = IsMadeInSoftware(profile) || (offered.encode && profile.encoder != nullptr);
  if (!has_streams) {
    return AddTest(profile.name, "Decode", [profile] {
      SkipTest(SkipReason::kNoSoftwareCodec, fmt::format("this suite has no streams of {}", profile.name));
    });
  }
  const auto add = [&](const char* name, unsigned width, unsigned height) {
    AddTest(profile.name, name, [=] { CheckSize(*target, offered, width, height); });
  };
  add("DecodeMatchesSoftware", target->scale.width, target->scale.height);
  add("DecodeOddSizeMatchesSoftware", target->scale.odd_width, target->scale.odd_height);
  const auto smallest = SmallestPicture(target->Va(), {profile.va_profile, VAEntrypointVLD});
  add("DecodeSmallestSizeMatchesSoftware", smallest.width, smallest.height);
}

}  // namespace vfqual::suites
