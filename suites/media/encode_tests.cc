#include "suites/media/encode_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>

#include "suites/media/bit_rate.h"
#include "suites/media/coded_quantisers.h"
#include "suites/media/encode_case.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"

namespace vfqual::suites {
namespace {

constexpr int kPicturesPerSecond = 30;
// A constant QP of 26, or its like, keeps far more: 40 dB and 0.97 with libx264 at its fastest.
constexpr QualityFloor kConstantQpFloor{32, 0.90, 26};
constexpr QualityFloor kRateFloor{26, 0.75, 18};
// A tiny picture is all texture of a few steps, which encoders of that quality may smooth.
constexpr QualityFloor kSmallestFloor{28, 0.60, 26};
constexpr int kRepeats = 5;

using CasePtr = std::shared_ptr<EncodeCase>;

void WithStream(const CasePtr& encode, const std::function<Status(const EncodedStream&)>& check) {
  const auto& stream = encode->Stream();
  if (!stream) return ExpectOk(Fail(stream.error()));
  ExpectOk(check(*stream));
}

// A fifth of a bit for each sample, which suits the moving picture at any size.
std::int64_t UsualRate(unsigned width, unsigned height) {
  return std::int64_t{width} * height * kPicturesPerSecond / 5 / 1000 * 1000;
}

class EncodeTests {
 public:
  EncodeTests(MediaTargetPtr target, const OfferedProfile& offered) : target_(std::move(target)), offered_(offered) {}

  void Add() {
    AddConstantQp();
    AddRepeatable();
    AddSizes();
    AddBPictures();
    if (!offered_.profile.has_rate_control) return;
    AddRate(RateControl::kConstantRate, VA_RC_CBR);
    AddRate(RateControl::kVariableRate, VA_RC_VBR);
  }

 private:
  void AddTest(const std::string& name, std::function<void()> body) const {
    suites::AddTest(offered_.profile.name, name.c_str(), std::move(body));
  }

  CasePtr Case(unsigned width, unsigned height, unsigned pictures) const {
    EncodeRequest request;
    request.profile = offered_.profile;
    request.low_power = offered_.encode == VAEntrypointEncSliceLP;
    request.width = width;
    request.height = height;
    request.pictures = pictures;
    request.pictures_per_second = kPicturesPerSecond;
    return std::make_shared<EncodeCase>(target_, request);
  }

  CasePtr UsualCase() const { return Case(target_->scale.width, target_->scale.height, target_->scale.pictures); }

  unsigned Attribute(VAConfigAttribType type, unsigned otherwise) const {
    return ConfigAttribute(target_->Va(), {offered_.profile.va_profile, *offered_.encode}, type).value_or(otherwise);
  }

  void AddStreamTests(const std::string& prefix, const CasePtr& encode, const QualityFloor& floor) const {
    AddTest(prefix + "KeepsEveryPicture", [=] {
      WithStream(encode,
                 [&](const auto& stream) { return CheckEveryPictureIsThere(stream, encode->Request().pictures); });
    });
    AddTest(prefix + "LooksLikeItsSource", [=] {
      WithStream(encode, [&](const auto& stream) { return CheckQualityOfStream(encode->Request(), stream, floor); });
    });
  }

  void AddConstantQp() const {
    const auto encode = UsualCase();
    AddStreamTests("EncodeCqp", encode, kConstantQpFloor);
    AddTest("EncodeNamesItsProfile", [=] {
      WithStream(encode, [&](const auto& stream) { return CheckProfileOfStream(encode->Request(), stream); });
    });
    const char* const word = QuantiserWord(offered_.profile.codec);
    if (word == nullptr) return;
    AddTest("EncodeCqpUsesTheQp", [=] {
      WithStream(encode, [&](const auto& stream) -> Status {
        const auto& profile = encode->Request().profile;
        const auto coded = CodedQuantisers(profile.codec, stream);
        if (!coded) return Fail(coded.error());
        return CheckConstantQuantiser(*coded, profile.quality, word);
      });
    });
  }

  void AddRepeatable() const {
    const auto encode = UsualCase();
    AddTest("EncodeIsRepeatable", [=] {
      WithStream(encode, [&](const EncodedStream& first) -> Status {
        for (int repeat = 2; repeat <= kRepeats; ++repeat) {
          const auto again = encode->EncodeAgain();
          if (!again) return Fail(again.error());
          if (again->Joined() != first.Joined()) {
            return Fail(fmt::format("encoding {} of the same pictures gave another stream ({} bytes, the first {})",
                                    repeat, again->Bytes(), first.Bytes()));
          }
        }
        return {};
      });
    });
  }

  void AddSize(const std::string& name, unsigned width, unsigned height, unsigned pictures,
               const QualityFloor& floor = kConstantQpFloor) const {
    const auto encode = Case(width, height, pictures);
    AddTest(name, [=] {
      WithStream(encode, [&](const auto& stream) {
        return CheckEveryPictureIsThere(stream, pictures).and_then([&] {
          return CheckQualityOfStream(encode->Request(), stream, floor);
        });
      });
    });
  }

  void AddSizes() const {
    const auto& scale = target_->scale;
    const unsigned widest = Attribute(VAConfigAttribMaxPictureWidth, scale.width);
    const unsigned highest = Attribute(VAConfigAttribMaxPictureHeight, scale.height);
    AddSize("EncodeOddSize", scale.odd_width, scale.odd_height, 2);
    const auto smallest = SmallestPicture(target_->Va(), {offered_.profile.va_profile, *offered_.encode});
    AddSize("EncodeSmallestSize", smallest.width, smallest.height, 2, kSmallestFloor);
    AddSize("EncodeLargestWidth", widest, scale.whole_largest_picture ? scale.height : smallest.height, 1);
    AddSize("EncodeLargestHeight", scale.whole_largest_picture ? scale.width : smallest.width, highest, 1);
    if (scale.whole_largest_picture) AddSize("EncodeLargestSize", widest, highest, 1);
  }

  void AddBPictures() const {
    const bool offered = Attribute(VAConfigAttribEncMaxRefFrames, 0) >> 16U != 0;
    // VP9's and AV1's are hidden pictures, which libavcodec's encoder gives out as they are: bitstream filters would
    // have to put them together.
    const auto codec = offered_.profile.codec;
    if (codec == AV_CODEC_ID_VP9 || codec == AV_CODEC_ID_AV1) return;
    if (!offered || offered_.profile.va_profile == VAProfileH264ConstrainedBaseline) return;
    auto request = UsualCase()->Request();
    request.b_pictures = 2;
    request.in_flight = request.b_pictures + 2;  // a picture, those that are shown before it, and the next one
    request.pictures = std::max(request.pictures, 2 * request.b_pictures + 3);  // two groups of them behind the first
    const auto encode = std::make_shared<EncodeCase>(target_, request);
    AddStreamTests("EncodeWithBPictures", encode, kConstantQpFloor);
    if (offered_.profile.codec != AV_CODEC_ID_H264) return;
    AddTest("EncodeWithBPicturesHasBSlices", [=] {
      WithStream(encode, [&](const auto& stream) { return CheckBPicturesOfStream(encode->Request(), stream); });
    });
  }

  void AddRate(RateControl mode, unsigned va_mode) const {
    const std::string prefix = mode == RateControl::kConstantRate ? "EncodeCbr" : "EncodeVbr";
    if ((Attribute(VAConfigAttribRateControl, VA_RC_NONE) & va_mode) == 0) {
      return AddTest(prefix, [=] {
        SkipTest(SkipReason::kNotOffered, fmt::format("the driver does not offer {} here", Word(mode)));
      });
    }
    const auto& scale = target_->scale;
    auto request = Case(scale.width, scale.height, scale.rate_pictures)->Request();
    request.mode = mode;
    request.target_bps = UsualRate(scale.width, scale.height);
    request.max_bps = request.target_bps * 3 / 2;
    const auto encode = std::make_shared<EncodeCase>(target_, request);
    AddStreamTests(prefix, encode, kRateFloor);
    AddTest(prefix + "KeepsTheRate", [=] {
      WithStream(encode, [&](const EncodedStream& stream) {
        const double rate = BitsPerSecond(stream.Bytes(), request.pictures, request.pictures_per_second);
        const auto target = static_cast<double>(request.target_bps);
        return mode == RateControl::kConstantRate
                   ? CheckConstantRate(rate, target)
                   : CheckVariableRate(rate, target, static_cast<double>(request.max_bps));
      });
    });
  }

  MediaTargetPtr target_;
  OfferedProfile offered_;
};

}  // namespace

void AddEncodeTests(const MediaTargetPtr& target, const OfferedProfile& offered) {
  if (offered.profile.encoder == nullptr) {
    return AddTest(offered.profile.name, "Encode", [name = offered.profile.name] {
      SkipTest(SkipReason::kNoSoftwareCodec, fmt::format("this suite has no code for {}", name));
    });
  }
  EncodeTests(target, offered).Add();
}

}  // namespace vfqual::suites
