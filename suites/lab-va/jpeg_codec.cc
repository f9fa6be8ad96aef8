#include "suites/lab-va/jpeg_codec.h"

#include <algorithm>
#include <array>

#include "suites/lab-va/av_decoder.h"
#include "suites/lab-va/coded_faults.h"
#include "suites/lab-va/jpeg_encoder.h"
#include "suites/lab-va/jpeg_headers.h"
#include "suites/lab-va/packed_header.h"

namespace vfqual::lab_va {
namespace {

// What a picture brings holds for the next one too, but for its scans.
class JpegStreamDecoder : public StreamDecoder {
 public:
  explicit JpegStreamDecoder(std::unique_ptr<AvDecoder> decoder) : decoder_(std::move(decoder)) {}

  void Begin() override { scans_.Clear(); }

  bool Render(const Buffer& buffer) override {
    switch (buffer.type) {
      case VAPictureParameterBufferType:
        picture_.parameters = buffer.Element<VAPictureParameterBufferJPEGBaseline>();
        return picture_.parameters.has_value();
      case VAIQMatrixBufferType:
        picture_.quantisers = buffer.Element<VAIQMatrixBufferJPEGBaseline>();
        return picture_.quantisers.has_value();
      case VAHuffmanTableBufferType:
        picture_.huffman = buffer.Element<VAHuffmanTableBufferJPEGBaseline>();
        return picture_.huffman.has_value();
      default:
        return scans_.Render(buffer);
    }
  }

  VAStatus Decode(Surface& target) override {
    picture_.scans = scans_.Release();
    const auto file = JpegFile(picture_);
    return file ? decoder_->Decode(*file, target) : VA_STATUS_ERROR_DECODING_ERROR;
  }

 private:
  std::unique_ptr<AvDecoder> decoder_;
  JpegPicture picture_;
  Slices<VASliceParameterBufferJPEGBaseline> scans_;
};

constexpr std::uint8_t kCoarser = 2;  // how much, where the quantisers are wrong

void MakeCoarser(std::span<std::uint8_t> quantisers) {
  for (auto& value : quantisers) value = static_cast<std::uint8_t>(std::min(255, value * kCoarser));
}

class JpegStreamEncoder : public StreamEncoder {
 public:
  explicit JpegStreamEncoder(Fault fault) : fault_(fault), faults_(fault) {}

  void Begin() override {
    has_picture_ = has_scan_ = false;
    header_ = {};
  }

  bool Render(const Buffer& buffer) override {
    switch (buffer.type) {
      case VAEncPictureParameterBufferType:
        return has_picture_ = Take(buffer, request_.picture);
      case VAEncSliceParameterBufferType:
        return has_scan_ = Take(buffer, request_.scan);
      case VAQMatrixBufferType:
        return Take(buffer, request_.quantisers);
      case VAHuffmanTableBufferType:
        return Take(buffer, request_.huffman);
      case VAEncPackedHeaderParameterBufferType:
      case VAEncPackedHeaderDataBufferType:
        return header_.Render(buffer);
      default:
        return true;
    }
  }

  std::optional<VABufferID> CodedBuffer() const override {
    if (!has_picture_ || !has_scan_) return std::nullopt;
    return request_.picture.coded_buf;
  }

  VAStatus Encode(const Surface& source, const SharedBytes& coded) override {
    JpegRequest request = request_;
    if (fault_ == Fault::kWrongQp) {
      MakeCoarser(request.quantisers.lum_quantiser_matrix);
      MakeCoarser(request.quantisers.chroma_quantiser_matrix);
    }
    auto parts = EncodeJpeg(request, source);
    if (!parts) return VA_STATUS_ERROR_ENCODING_ERROR;
    // An application's headers take the place of libjpeg's, which say the same. The scan is the driver's to make.
    const auto packed = header_.Find(VAEncPackedHeaderRawData);
    *coded = packed ? *packed : parts->headers;
    const std::size_t begin_of_scan = coded->size();
    coded->insert(coded->end(), parts->scan.begin(), parts->scan.end());
    coded->insert(coded->end(), faults_.RandomLength(), 0xff);  // any number of these may stand before a marker
    coded->insert(coded->end(), {0xff, 0xd9});                  // the end of the image
    faults_.Apply(*coded, begin_of_scan);                       // in the first block, which the others build on
    return VA_STATUS_SUCCESS;
  }

 private:
  template <class T>
  static bool Take(const Buffer& buffer, T& into) {
    const auto element = buffer.elements == 1 ? buffer.Element<T>() : std::nullopt;
    if (element) into = *element;
    return element.has_value();
  }

  Fault fault_;
  CodedFaults faults_;
  JpegRequest request_;
  bool has_picture_ = false;
  bool has_scan_ = false;
  PackedHeaders header_;
};

constexpr std::array kJpegProfiles = {VAProfileJPEGBaseline};
constexpr std::array kJpegEntrypoints = {VAEntrypointVLD, VAEntrypointEncPicture};

std::uint32_t JpegEncodeAttribute(VAConfigAttribType type) {
  switch (type) {
    case VAConfigAttribEncPackedHeaders:
      return VA_ENC_PACKED_HEADER_RAW_DATA;
    case VAConfigAttribEncJPEG: {
      VAConfigAttribValEncJPEG value{};
      value.bits.max_num_components = 3;
      value.bits.max_num_scans = 1;
      value.bits.max_num_huffman_tables = 2;
      value.bits.max_num_quantization_tables = 2;
      return value.value;
    }
    default:
      return VA_ATTRIB_NOT_SUPPORTED;
  }
}

std::unique_ptr<StreamDecoder> MakeJpegDecoder(VAProfile /*profile*/, Fault fault) {
  auto decoder = AvDecoder::Make(AV_CODEC_ID_MJPEG, fault);
  if (!decoder) return nullptr;
  return std::make_unique<JpegStreamDecoder>(std::move(decoder));
}

std::unique_ptr<StreamEncoder> MakeJpegEncoder(VAProfile /*profile*/, std::uint32_t /*rate_control*/, Fault fault) {
  return std::make_unique<JpegStreamEncoder>(fault);
}

}  // namespace

const Codec kJpegCodec = {"jpeg",          kJpegProfiles,  kJpegEntrypoints, JpegEncodeAttribute,
                          MakeJpegDecoder, MakeJpegEncoder};

}  // namespace vfqual::lab_va
