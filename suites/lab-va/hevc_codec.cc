#include "suites/lab-va/hevc_codec.h"

#include <va/va_enc_hevc.h>

#include <array>

#include "suites/h264/nal_unit.h"
#include "suites/hevc/parameter_sets.h"
#include "suites/lab-va/av_decoder.h"
#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/encode_parameters.h"
#include "suites/lab-va/hevc_decode_headers.h"
#include "suites/lab-va/packed_header.h"
#include "suites/lab-va/x265_stream.h"

namespace vfqual::lab_va {
namespace {

class HevcStreamDecoder : public StreamDecoder {
 public:
  HevcStreamDecoder(VAProfile profile, std::unique_ptr<AvDecoder> decoder)
      : profile_(profile), decoder_(std::move(decoder)) {}

  void Begin() override {
    picture_ = {};
    slices_.Clear();
  }

  bool Render(const Buffer& buffer) override {
    switch (buffer.type) {
      case VAPictureParameterBufferType:
        picture_.parameters = buffer.Element<VAPictureParameterBufferHEVC>();
        return picture_.parameters.has_value();
      default:
        return slices_.Render(buffer);
    }
  }

  VAStatus Decode(Surface& target) override {
    picture_.slices = slices_.Release();
    const auto unit = HevcAccessUnit(profile_, picture_);
    return unit ? decoder_->Decode(*unit, target) : VA_STATUS_ERROR_DECODING_ERROR;
  }

 private:
  VAProfile profile_;
  std::unique_ptr<AvDecoder> decoder_;
  HevcDecodePicture picture_;
  Slices<VASliceParameterBufferHEVC> slices_;
};

// The size without what is cropped, which libva tells an encoder in no other way than in the sequence parameter set
// that the application made. Nothing where that cannot be read.
struct CodedSize {
  unsigned width = 0;
  unsigned height = 0;
};
std::optional<CodedSize> SizeInHeaders(std::span<const std::uint8_t> stream) {
  for (const auto nal : h264::SplitNalUnits(stream)) {
    if (hevc::TypeOf(nal) != hevc::NalType::kSps) continue;
    const auto sequence = hevc::ParseSequenceParameters(hevc::Payload(nal));
    if (!sequence) return std::nullopt;
    constexpr unsigned kChromaSide = 2;
    const auto& window = sequence->window;
    const unsigned columns = (window[0] + window[1]) * kChromaSide;
    const unsigned rows = (window[2] + window[3]) * kChromaSide;
    if (columns >= sequence->width || rows >= sequence->height) return std::nullopt;
    return CodedSize{sequence->width - columns, sequence->height - rows};
  }
  return std::nullopt;
}

class HevcStreamEncoder : public StreamEncoder {
 public:
  HevcStreamEncoder(VAProfile profile, std::uint32_t rate_control, Fault fault) : fault_(fault) {
    settings_.ten_bits = HasTenBits(profile);
    settings_.rate_control = rate_control;
  }

  void Begin() override {
    parameters_.BeginPicture();
    headers_ = {};
  }

  bool Render(const Buffer& buffer) override {
    if (const auto taken = parameters_.Render(buffer)) return *taken;
    switch (buffer.type) {
      case VAEncMiscParameterBufferType:
        return ApplyMiscellaneous(*buffer.bytes, settings_);
      case VAEncPackedHeaderParameterBufferType:
      case VAEncPackedHeaderDataBufferType:
        return headers_.Render(buffer);
      default:
        return true;
    }
  }

  std::optional<VABufferID> CodedBuffer() const override { return parameters_.CodedBuffer(); }

  VAStatus Encode(const Surface& source, const SharedBytes& coded) override {
    if (!ApplySequence()) return VA_STATUS_ERROR_INVALID_PARAMETER;
    if (source.Width() < settings_.width || source.Height() < settings_.height) return VA_STATUS_ERROR_INVALID_SURFACE;
    const HevcPicture picture{parameters_.picture->pic_fields.bits.idr_pic_flag != 0,
                              parameters_.picture->pic_init_qp + parameters_.slice->slice_qp_delta,
                              parameters_.picture->decoded_curr_pic.pic_order_cnt};
    if (!stream_ || (picture.key && stream_->Settings() != settings_)) stream_ = X265Stream::Make(settings_, fault_);
    const bool done = stream_ && stream_->Encode(source, picture, *coded);
    return done ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_ENCODING_ERROR;
  }

 private:
  bool ApplySequence() {
    const auto& fields = parameters_.sequence->seq_fields.bits;
    const unsigned more_bits = settings_.ten_bits ? 2 : 0;
    if (fields.chroma_format_idc != 1 || fields.bit_depth_luma_minus8 != more_bits ||
        fields.bit_depth_chroma_minus8 != more_bits) {
      return false;
    }
    const CodedSize coded{parameters_.sequence->pic_width_in_luma_samples,
                          parameters_.sequence->pic_height_in_luma_samples};
    if (const auto packed = headers_.Find(VAEncPackedHeaderSequence)) size_ = SizeInHeaders(*packed);
    const auto size = size_.value_or(coded);
    if (size.width == 0 || size.width > coded.width || size.height == 0 || size.height > coded.height) return false;
    settings_.width = size.width;
    settings_.height = size.height;
    settings_.reorders = parameters_.sequence->ip_period > 1;
    ApplySequenceRate(parameters_.sequence->bits_per_second, settings_);
    return true;
  }

  Fault fault_;
  HevcSettings settings_;
  EncodeParameters<VAEncSequenceParameterBufferHEVC, VAEncPictureParameterBufferHEVC, VAEncSliceParameterBufferHEVC>
      parameters_;
  PackedHeaders headers_;
  std::optional<CodedSize> size_;  // as the last packed sequence header has it
  std::unique_ptr<X265Stream> stream_;
};

constexpr std::array kHevcProfiles = {VAProfileHEVCMain, VAProfileHEVCMain10};
constexpr std::array kHevcEntrypoints = {VAEntrypointVLD, VAEntrypointEncSlice};

std::uint32_t HevcEncodeAttribute(VAConfigAttribType type) {
  return UsualEncodeAttribute(type, 2);
}

std::unique_ptr<StreamDecoder> MakeHevcDecoder(VAProfile profile, Fault fault) {
  auto decoder = AvDecoder::Make(AV_CODEC_ID_HEVC, fault);
  if (!decoder) return nullptr;
  return std::make_unique<HevcStreamDecoder>(profile, std::move(decoder));
}

std::unique_ptr<StreamEncoder> MakeHevcEncoder(VAProfile profile, std::uint32_t rate_control, Fault fault) {
  return std::make_unique<HevcStreamEncoder>(profile, rate_control, fault);
}

}  // namespace

const Codec kHevcCodec = {"hevc",          kHevcProfiles,  kHevcEntrypoints, HevcEncodeAttribute,
                          MakeHevcDecoder, MakeHevcEncoder};

}  // namespace vfqual::lab_va
