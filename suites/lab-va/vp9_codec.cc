#include "suites/lab-va/vp9_codec.h"

#include <va/va_dec_vp9.h>
#include <va/va_enc_vp9.h>

#include <array>

#include "suites/lab-va/av_decoder.h"
#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/slices.h"
#include "suites/lab-va/vpx_stream.h"

namespace vfqual::lab_va {
namespace {

// A picture's one slice is the whole of it, headers and all; what libva tells beside it a decoder that reads streams
// keeps itself.
class Vp9StreamDecoder : public StreamDecoder {
 public:
  explicit Vp9StreamDecoder(std::unique_ptr<AvDecoder> decoder) : decoder_(std::move(decoder)) {}

  void Begin() override { slices_.Clear(); }

  bool Render(const Buffer& buffer) override {
    switch (buffer.type) {
      case VAPictureParameterBufferType:
        return buffer.Element<VADecPictureParameterBufferVP9>().has_value();
      default:
        return slices_.Render(buffer);
    }
  }

  VAStatus Decode(Surface& target) override {
    const auto slices = slices_.Release();
    return slices.size() == 1 ? decoder_->Decode(slices.front().bytes, target) : VA_STATUS_ERROR_DECODING_ERROR;
  }

 private:
  std::unique_ptr<AvDecoder> decoder_;
  Slices<VASliceParameterBufferVP9> slices_;
};

class Vp9StreamEncoder : public StreamEncoder {
 public:
  Vp9StreamEncoder(std::uint32_t rate_control, Fault fault) : fault_(fault) { settings_.rate_control = rate_control; }

  void Begin() override { picture_.reset(); }

  bool Render(const Buffer& buffer) override {
    switch (buffer.type) {
      case VAEncSequenceParameterBufferType:
        sequence_ = buffer.Element<VAEncSequenceParameterBufferVP9>();
        return sequence_.has_value();
      case VAEncPictureParameterBufferType:
        picture_ = buffer.Element<VAEncPictureParameterBufferVP9>();
        return picture_.has_value();
      case VAEncMiscParameterBufferType:
        return ApplyMiscellaneous(*buffer.bytes, settings_);
      default:
        return true;
    }
  }

  std::optional<VABufferID> CodedBuffer() const override {
    if (!sequence_ || !picture_) return std::nullopt;
    return picture_->coded_buf;
  }

  VAStatus Encode(const Surface& source, const SharedBytes& coded) override {
    const bool scales = picture_->frame_width_src != picture_->frame_width_dst ||
                        picture_->frame_height_src != picture_->frame_height_dst;
    const bool key = picture_->pic_flags.bits.frame_type == 0;
    if (scales || picture_->frame_width_src == 0 || picture_->frame_height_src == 0) {
      return VA_STATUS_ERROR_INVALID_PARAMETER;
    }
    if (source.Width() < picture_->frame_width_src || source.Height() < picture_->frame_height_src) {
      return VA_STATUS_ERROR_INVALID_SURFACE;
    }
    settings_.width = picture_->frame_width_src;
    settings_.height = picture_->frame_height_src;
    if (key) settings_.q_index = picture_->luma_ac_qindex;  // of the pictures that follow, too
    ApplySequenceRate(sequence_->bits_per_second, settings_);
    if (!stream_ || (key && stream_->Settings() != settings_)) stream_ = VpxStream::Make(settings_, fault_);
    const bool done = stream_ && stream_->Encode(source, key, *coded);
    return done ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_ENCODING_ERROR;
  }

 private:
  Fault fault_;
  Vp9Settings settings_;
  std::optional<VAEncSequenceParameterBufferVP9> sequence_;
  std::optional<VAEncPictureParameterBufferVP9> picture_;
  std::unique_ptr<VpxStream> stream_;
};

constexpr std::array kVp9Profiles = {VAProfileVP9Profile0};
constexpr std::array kVp9Entrypoints = {VAEntrypointVLD, VAEntrypointEncSlice};

std::uint32_t Vp9EncodeAttribute(VAConfigAttribType type) {
  return type == VAConfigAttribEncPackedHeaders ? VA_ENC_PACKED_HEADER_NONE : UsualEncodeAttribute(type, 1);
}

std::unique_ptr<StreamDecoder> MakeVp9Decoder(VAProfile /*profile*/, Fault fault) {
  auto decoder = AvDecoder::Make(AV_CODEC_ID_VP9, fault);
  if (!decoder) return nullptr;
  return std::make_unique<Vp9StreamDecoder>(std::move(decoder));
}

std::unique_ptr<StreamEncoder> MakeVp9Encoder(VAProfile /*profile*/, std::uint32_t rate_control, Fault fault) {
  return std::make_unique<Vp9StreamEncoder>(rate_control, fault);
}

}  // namespace

const Codec kVp9Codec = {"vp9", kVp9Profiles, kVp9Entrypoints, Vp9EncodeAttribute, MakeVp9Decoder, MakeVp9Encoder};

}  // namespace vfqual::lab_va
