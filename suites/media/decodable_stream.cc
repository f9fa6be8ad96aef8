#include "suites/media/decodable_stream.h"

#include <string>

#include "suites/media/encode_case.h"
#include "suites/media/moving_picture.h"
#include "suites/media/mpeg2_encoder.h"
#include "suites/media/picture_quality.h"
#include "suites/media/software_encoder.h"

namespace vfqual::suites {
namespace {

// What any encoder of these qualities keeps, in the smallest picture too.
constexpr QualityFloor kDecodableFloor{26, 0.60, 22};

std::string X264Profile(VAProfile profile) {
  if (profile == VAProfileH264ConstrainedBaseline) return "baseline";
  return profile == VAProfileH264Main ? "main" : "high";
}

}  // namespace

bool IsMadeInSoftware(const CodecProfile& profile) {
  return profile.codec == AV_CODEC_ID_H264 || profile.codec == AV_CODEC_ID_MPEG2VIDEO;
}

Result<EncodedStream> MakeDecodableStream(const MediaTarget& target, const OfferedProfile& offered, unsigned width,
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

Status CheckDecodedPicture(AVCodecID codec, const Nv12Picture& expected, const Nv12Picture& actual, unsigned number) {
  constexpr Closeness kOfJpeg{2, 45};
  constexpr Closeness kOfMpeg2{8, 42};
  if (codec == AV_CODEC_ID_MJPEG) return CheckClosePicture(expected, actual, kOfJpeg, number);
  if (codec == AV_CODEC_ID_MPEG2VIDEO) return CheckClosePicture(expected, actual, kOfMpeg2, number);
  return CheckSamePicture(expected, actual, number);
}

}  // namespace vfqual::suites
