#include "suites/lab-va/mpeg2_headers.h"

#include <algorithm>
#include <array>
#include <span>

#include "suites/h264/bit_writer.h"

namespace vfqual::lab_va {
namespace {

using h264::BitWriter;

constexpr unsigned kStartCodePrefixBits = 24;
constexpr unsigned kPictureStart = 0x00;
constexpr unsigned kSequenceHeader = 0xb3;
constexpr unsigned kExtension = 0xb5;
constexpr unsigned kSequenceExtension = 1;
constexpr unsigned kPictureCodingExtension = 8;
// What libva does not tell, and no decoder needs: at the most.
constexpr unsigned kMainProfileAtHighLevel = 0x44;
constexpr unsigned kSquareSamples = 1;
constexpr unsigned kThirtyPictures = 5;
constexpr unsigned kNoBitRate = 0x3ffff;
constexpr unsigned kNoDelay = 0xffff;
constexpr unsigned k420 = 1;
constexpr unsigned kForwardFCodeOfMpeg1 = 7;  // none
constexpr int kPredicted = 2;
constexpr int kBidirectional = 3;

void StartCode(BitWriter& writer, unsigned code) {
  writer.Align(false);
  writer.Bits(kStartCodePrefixBits, 1);
  writer.Bits(8, code);
}

void Matrix(BitWriter& writer, bool load, std::span<const std::uint8_t> values) {
  writer.Flag(load);
  if (!load) return;
  for (const auto value : values) writer.Bits(8, value);
}

void WriteSequence(BitWriter& writer, const VAPictureParameterBufferMPEG2& picture,
                   const std::optional<VAIQMatrixBufferMPEG2>& matrices) {
  constexpr unsigned kLowBits = 12;
  StartCode(writer, kSequenceHeader);
  writer.Bits(kLowBits, picture.horizontal_size & 0xfffU);
  writer.Bits(kLowBits, picture.vertical_size & 0xfffU);
  writer.Bits(4, kSquareSamples);
  writer.Bits(4, kThirtyPictures);
  writer.Bits(18, kNoBitRate);
  writer.Flag(true);   // marker_bit
  writer.Bits(10, 0);  // vbv_buffer_size_value
  writer.Flag(false);  // constrained_parameters_flag
  const auto given = matrices.value_or(VAIQMatrixBufferMPEG2{});
  Matrix(writer, given.load_intra_quantiser_matrix != 0, given.intra_quantiser_matrix);
  Matrix(writer, given.load_non_intra_quantiser_matrix != 0, given.non_intra_quantiser_matrix);

  StartCode(writer, kExtension);
  writer.Bits(4, kSequenceExtension);
  writer.Bits(8, kMainProfileAtHighLevel);
  writer.Flag(false);  // progressive_sequence: a picture may be of either kind
  writer.Bits(2, k420);
  writer.Bits(2, unsigned{picture.horizontal_size} >> kLowBits);
  writer.Bits(2, unsigned{picture.vertical_size} >> kLowBits);
  writer.Bits(12, 0);     // bit_rate_extension
  writer.Flag(true);      // marker_bit
  writer.Bits(8, 0);      // vbv_buffer_size_extension
  writer.Flag(false);     // low_delay
  writer.Bits(2 + 5, 0);  // frame_rate_extension_n and _d
}

void WritePicture(BitWriter& writer, const VAPictureParameterBufferMPEG2& picture) {
  StartCode(writer, kPictureStart);
  writer.Bits(10, 0);  // temporal_reference: pictures are taken in the order of decoding
  writer.Bits(3, static_cast<unsigned>(picture.picture_coding_type));
  writer.Bits(16, kNoDelay);
  for (const int type : {kPredicted, kBidirectional}) {
    if (picture.picture_coding_type < type) continue;
    writer.Flag(false);
    writer.Bits(3, kForwardFCodeOfMpeg1);
  }
  writer.Flag(false);  // extra_bit_picture

  const auto& extension = picture.picture_coding_extension.bits;
  StartCode(writer, kExtension);
  writer.Bits(4, kPictureCodingExtension);
  writer.Bits(16, static_cast<unsigned>(picture.f_code) & 0xffffU);
  writer.Bits(2, extension.intra_dc_precision);
  writer.Bits(2, extension.picture_structure);
  writer.Flag(extension.top_field_first);
  writer.Flag(extension.frame_pred_frame_dct);
  writer.Flag(extension.concealment_motion_vectors);
  writer.Flag(extension.q_scale_type);
  writer.Flag(extension.intra_vlc_format);
  writer.Flag(extension.alternate_scan);
  writer.Flag(extension.repeat_first_field);
  writer.Flag(extension.progressive_frame);  // chroma_420_type is the same
  writer.Flag(extension.progressive_frame);
  writer.Flag(false);  // composite_display_flag
  writer.Align(false);
}

bool BeginsWithStartCode(std::span<const std::uint8_t> slice) {
  constexpr std::array<std::uint8_t, 3> kPrefix = {0, 0, 1};
  return slice.size() > kPrefix.size() && std::equal(kPrefix.begin(), kPrefix.end(), slice.begin());
}

}  // namespace

std::optional<std::vector<std::uint8_t>> Mpeg2Stream(const Mpeg2Picture& picture) {
  if (!picture.parameters || picture.slices.empty()) return std::nullopt;
  BitWriter writer;
  WriteSequence(writer, *picture.parameters, picture.quantisers);
  WritePicture(writer, *picture.parameters);
  std::vector<std::uint8_t> stream = writer.Bytes();
  for (const auto& slice : picture.slices) {
    if (!BeginsWithStartCode(slice.bytes)) return std::nullopt;
    stream.insert(stream.end(), slice.bytes.begin(), slice.bytes.end());
  }
  return stream;
}

}  // namespace vfqual::lab_va
