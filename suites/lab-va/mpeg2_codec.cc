#include "suites/lab-va/mpeg2_codec.h"

#include <array>

#include "suites/lab-va/av_decoder.h"
#include "suites/lab-va/mpeg2_headers.h"

namespace vfqual::lab_va {
namespace {

// Quantiser matrices hold until others come.
class Mpeg2StreamDecoder : public StreamDecoder {
 public:
  explicit Mpeg2StreamDecoder(std::unique_ptr<AvDecoder> decoder) : decoder_(std::move(decoder)) {}

  void Begin() override {
    picture_.parameters.reset();
    slices_.Clear();
  }

  bool Render(const Buffer& buffer) override {
    switch (buffer.type) {
      case VAPictureParameterBufferType:
        picture_.parameters = buffer.Element<VAPictureParameterBufferMPEG2>();
        return picture_.parameters.has_value();
      case VAIQMatrixBufferType:
        picture_.quantisers = buffer.Element<VAIQMatrixBufferMPEG2>();
        return picture_.quantisers.has_value();
      default:
        return slices_.Render(buffer);
    }
  }

  VAStatus Decode(Surface& target) override {
    picture_.slices = slices_.Release();
    const auto stream = Mpeg2Stream(picture_);
    return stream ? decoder_->Decode(*stream, target) : VA_STATUS_ERROR_DECODING_ERROR;
  }

 private:
  std::unique_ptr<AvDecoder> decoder_;
  Mpeg2Picture picture_;
  Slices<VASliceParameterBufferMPEG2> slices_;
};

constexpr std::array kMpeg2Profiles = {VAProfileMPEG2Main};
constexpr std::array kMpeg2Entrypoints = {VAEntrypointVLD};

std::unique_ptr<StreamDecoder> MakeMpeg2Decoder(VAProfile /*profile*/, Fault fault) {
  auto decoder = AvDecoder::Make(AV_CODEC_ID_MPEG2VIDEO, fault);
  if (!decoder) return nullptr;
  return std::make_unique<Mpeg2StreamDecoder>(std::move(decoder));
}

}  // namespace

const Codec kMpeg2Codec = {"mpeg2", kMpeg2Profiles, kMpeg2Entrypoints, nullptr, MakeMpeg2Decoder, nullptr};

}  // namespace vfqual::lab_va
