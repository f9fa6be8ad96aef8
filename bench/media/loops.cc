#include "bench/media/loops.h"

#include "bench/media/decode_loop.h"
#include "bench/media/encode_loop.h"
#include "bench/media/source_pictures.h"
#include "bench/media/transcode_loop.h"
#include "suites/media/encode_case.h"
#include "suites/media/moving_picture.h"
#include "suites/media/software_encoder.h"

namespace vfqual::bench {
namespace {

constexpr unsigned kUsuallyInFlight = 2;  // libavcodec's own default, and so that of programs that use it

suites::EncodeRequest Request(const MediaCodec& codec, const MediaSize& size, bool one_at_a_time) {
  suites::EncodeRequest request;
  request.profile = codec.offered.profile;
  request.low_power = codec.offered.encode == VAEntrypointEncSliceLP;
  request.width = size.width;
  request.height = size.height;
  request.pictures = 1U << 30U;  // a group of pictures without end
  request.in_flight = one_at_a_time ? 1 : kUsuallyInFlight;
  return request;
}

// What is decoded. H.264 comes from libx264, with the B pictures that are usual but where a picture must not wait for
// its place in the order of display; the other codecs' streams come from the driver's own encoder.
Result<suites::EncodedStream> CodedStream(const MediaDevice& device, const MediaCodec& codec, const MediaSize& size,
                                          bool one_at_a_time) {
  const auto source = [&](unsigned number) { return suites::MovingPicture(size.width, size.height, number); };
  if (codec.offered.profile.codec == AV_CODEC_ID_H264) {
    const bool constrained = codec.offered.profile.va_profile == VAProfileH264ConstrainedBaseline || one_at_a_time;
    return suites::EncodeInSoftware(
        {constrained ? "baseline" : "high", size.width, size.height, SourcePictures::kCount, constrained ? 0U : 2U},
        source);
  }
  auto request = Request(codec, size, false);
  request.pictures = SourcePictures::kCount;
  auto stream = suites::EncodeWithVa(device.device.get(), request, source);
  if (!stream) return stream;
  // A decoder is not to blame for what the encoder did wrong.
  constexpr suites::QualityFloor kFloor{30, 0.60, 22};
  const auto right = suites::CheckEveryPictureIsThere(*stream, request.pictures).and_then([&] {
    return suites::CheckQualityOfStream(request, *stream, kFloor);
  });
  if (!right) return Fail("the driver's own encoder makes no right one: " + right.error());
  return stream;
}

}  // namespace

const char* Word(MediaWork work) {
  switch (work) {
    case MediaWork::kEncode:
      return "encode";
    case MediaWork::kDecode:
      return "decode";
    case MediaWork::kTranscode:
      return "transcode";
  }
  return "unknown";
}

std::string WhyNot(const MediaCodec& codec, MediaWork work) {
  const auto& offered = codec.offered;
  const bool is_h264 = offered.profile.codec == AV_CODEC_ID_H264;
  const bool encodes = offered.encode && offered.profile.encoder != nullptr;
  if (work != MediaWork::kEncode && !offered.decode) return "the driver does not decode it";
  if (work != MediaWork::kDecode && !offered.encode) return "the driver does not encode it";
  if (work != MediaWork::kDecode && !encodes) return "this libavcodec has no encoder of it over libva";
  if (work != MediaWork::kEncode && !is_h264 && !encodes) return "there is no stream of it to decode";
  return "";
}

Result<std::unique_ptr<MediaLoop>> MakeLoop(const MediaDevice& device, const MediaCodec& codec, MediaWork work,
                                            const MediaSize& size, bool one_at_a_time) {
  suites::EncodedStream stream;
  SourcePictures sources;
  if (work != MediaWork::kEncode) {
    auto coded = CodedStream(device, codec, size, one_at_a_time);
    if (!coded) return Fail("making the stream to decode: " + coded.error());
    stream = std::move(*coded);
  }
  if (work != MediaWork::kDecode) {
    auto made = SourcePictures::Make(size, codec.offered.profile.ten_bits);
    if (!made) return Fail(made.error());
    sources = std::move(*made);
  }
  AVBufferRef* const va = device.device.get();
  const auto request = Request(codec, size, one_at_a_time);
  switch (work) {
    case MediaWork::kEncode:
      return EncodeLoop::Make(va, request, std::move(sources));
    case MediaWork::kDecode:
      return DecodeLoop::Make(va, device.display.Get(), request.profile.codec, std::move(stream), one_at_a_time);
    case MediaWork::kTranscode:
      return TranscodeLoop::Make(va, request, std::move(stream), std::move(sources));
  }
  return Fail("no such work");
}

}  // namespace vfqual::bench
