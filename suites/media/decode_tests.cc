#include "suites/media/decode_tests.h"

#include <fmt/format.h>

#include <string>

#include "suites/media/decodable_stream.h"
#include "suites/media/stream_decoder.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"

namespace vfqual::suites {
namespace {

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

void CheckSize(const MediaTarget& target, const OfferedProfile& offered, unsigned width, unsigned height) {
  const auto stream = MakeDecodableStream(target, offered, width, height);
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
