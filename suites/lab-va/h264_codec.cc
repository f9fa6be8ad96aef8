#include "suites/lab-va/h264_codec.h"

#include <array>

#include "suites/lab-va/av_decoder.h"
#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/encode_parameters.h"
#include "suites/lab-va/encode_settings.h"
#include "suites/lab-va/h264_decode_headers.h"
#include "suites/lab-va/h264_encoder.h"

namespace vfqual::lab_va {
namespace {

constexpr unsigned kMacroblockSide = 16;

class H264StreamDecoder : public StreamDecoder {
 public:
  H264StreamDecoder(VAProfile profile, std::unique_ptr<AvDecoder> decoder)
      : profile_(profile), decoder_(std::move(decoder)) {}

  void Begin() override {
    picture_ = {};
    slices_.Clear();
  }

  bool Render(const Buffer& buffer) override {
    switch (buffer.type) {
      case VAPictureParameterBufferType: {
        const auto parameters = buffer.Element<VAPictureParameterBufferH264>();
        if (parameters) picture_.parameters = *parameters;
        return parameters.has_value();
      }
      case VAIQMatrixBufferType:
        picture_.scaling = buffer.Element<VAIQMatrixBufferH264>();
        return picture_.scaling.has_value();
      default:
        return slices_.Render(buffer);
    }
  }

  VAStatus Decode(Surface& target) override {
    picture_.slices = slices_.Release();
    const auto unit = AccessUnit(profile_, picture_);
    return unit ? decoder_->Decode(*unit, target) : VA_STATUS_ERROR_DECODING_ERROR;
  }

 private:
  VAProfile profile_;
  std::unique_ptr<AvDecoder> decoder_;
  DecodePicture picture_;
  Slices<VASliceParameterBufferH264> slices_;
};

class H264StreamEncoder : public StreamEncoder {
 public:
  H264StreamEncoder(VAProfile profile, std::uint32_t rate_control, Fault fault) : fault_(fault) {
    settings_.profile = profile;
    settings_.rate_control = rate_control;
  }

  void Begin() override { parameters_.BeginPicture(); }

  bool Render(const Buffer& buffer) override {
    if (const auto taken = parameters_.Render(buffer)) return *taken;
    switch (buffer.type) {
      case VAEncMiscParameterBufferType:
        return ApplyMiscellaneous(*buffer.bytes, settings_);
      default:
        return true;  // packed headers and the like: libx264 makes the whole stream
    }
  }

  std::optional<VABufferID> CodedBuffer() const override { return parameters_.CodedBuffer(); }

  VAStatus Encode(const Surface& source, const SharedBytes& coded) override {
    if (!ApplySequence(*parameters_.sequence, settings_)) return VA_STATUS_ERROR_INVALID_PARAMETER;
    ApplyPicture(*parameters_.picture, settings_);
    if ((source.Width() + kMacroblockSide - 1) / kMacroblockSide * kMacroblockSide < settings_.width ||
        source.Rows() < settings_.height) {
      return VA_STATUS_ERROR_INVALID_SURFACE;
    }
    const auto picture = PictureOf(*parameters_.picture, *parameters_.slice);
    if (!encoder_ || encoder_->Ended() || (picture.idr && encoder_->Settings() != settings_)) {
      if (encoder_ && !encoder_->Finish()) return VA_STATUS_ERROR_ENCODING_ERROR;
      encoder_ = H264Encoder::Make(settings_, fault_);
    }
    const bool done = encoder_ && encoder_->Encode(source, picture, coded);
    return done ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_ENCODING_ERROR;
  }

  bool Awaits(const SharedBytes& coded_or_surface) const override {
    return encoder_ && encoder_->Awaits(coded_or_surface);
  }
  bool Finish() override { return !encoder_ || encoder_->Finish(); }

 private:
  Fault fault_;
  EncodeSettings settings_;
  EncodeParameters<VAEncSequenceParameterBufferH264, VAEncPictureParameterBufferH264, VAEncSliceParameterBufferH264>
      parameters_;
  std::unique_ptr<H264Encoder> encoder_;
};

constexpr std::array kH264Profiles = {VAProfileH264ConstrainedBaseline, VAProfileH264Main, VAProfileH264High};
constexpr std::array kH264Entrypoints = {VAEntrypointVLD, VAEntrypointEncSlice};

std::uint32_t H264EncodeAttribute(VAConfigAttribType type) {
  return UsualEncodeAttribute(type, 2);
}

std::unique_ptr<StreamDecoder> MakeH264Decoder(VAProfile profile, Fault fault) {
  auto decoder = AvDecoder::Make(AV_CODEC_ID_H264, fault);
  if (!decoder) return nullptr;
  return std::make_unique<H264StreamDecoder>(profile, std::move(decoder));
}

std::unique_ptr<StreamEncoder> MakeH264Encoder(VAProfile profile, std::uint32_t rate_control, Fault fault) {
  return std::make_unique<H264StreamEncoder>(profile, rate_control, fault);
}

}  // namespace

const Codec kH264Codec = {"h264",          kH264Profiles,  kH264Entrypoints, H264EncodeAttribute,
                          MakeH264Decoder, MakeH264Encoder};

}  // namespace vfqual::lab_va
