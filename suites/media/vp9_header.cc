#include "suites/media/vp9_header.h"

#include "suites/h264/bit_reader.h"

namespace vfqual::suites {
namespace {

constexpr unsigned kFrameMarker = 2;
constexpr unsigned kSyncCode = 0x498342;
constexpr unsigned kSrgb = 7;

void ReadFrameSize(h264::BitReader& bits) {
  bits.Bits(32);  // frame_width_minus_1, frame_height_minus_1
}

void ReadRenderSize(h264::BitReader& bits) {
  if (bits.Flag()) bits.Bits(32);  // render_and_frame_size_different
}

bool ReadColours(h264::BitReader& bits, unsigned profile) {
  if (profile >= 2) bits.Flag();  // ten_or_twelve_bit
  if (bits.Bits(3) == kSrgb) return false;
  bits.Flag();  // color_range
  return true;
}

bool ReadKeyPicture(h264::BitReader& bits, unsigned profile) {
  if (bits.Bits(24) != kSyncCode || !ReadColours(bits, profile)) return false;
  ReadFrameSize(bits);
  ReadRenderSize(bits);
  return true;
}

bool ReadIntraOnly(h264::BitReader& bits, unsigned profile) {
  if (bits.Bits(24) != kSyncCode) return false;
  if (profile > 0 && !ReadColours(bits, profile)) return false;
  bits.Bits(8);  // refresh_frame_flags
  ReadFrameSize(bits);
  ReadRenderSize(bits);
  return true;
}

void ReadPredicted(h264::BitReader& bits) {
  constexpr unsigned kReferences = 3;
  bits.Bits(8);                                                             // refresh_frame_flags
  for (unsigned index = 0; index < kReferences; ++index) bits.Bits(3 + 1);  // ref_frame_idx, ref_frame_sign_bias
  bool found = false;
  for (unsigned index = 0; index < kReferences && !found; ++index) found = bits.Flag();  // found_ref
  if (!found) ReadFrameSize(bits);
  ReadRenderSize(bits);
  bits.Flag();                     // allow_high_precision_mv
  if (!bits.Flag()) bits.Bits(2);  // is_filter_switchable, raw_interpolation_filter
}

void ReadLoopFilter(h264::BitReader& bits) {
  constexpr unsigned kDeltas = 4 + 2;
  bits.Bits(6 + 3);          // loop_filter_level, loop_filter_sharpness
  if (!bits.Flag()) return;  // loop_filter_delta_enabled
  if (!bits.Flag()) return;  // loop_filter_delta_update
  for (unsigned delta = 0; delta < kDeltas; ++delta) {
    if (bits.Flag()) bits.Bits(6 + 1);
  }
}

}  // namespace

std::optional<Vp9Header> ParseVp9Header(std::span<const std::uint8_t> picture) {
  h264::BitReader bits(picture);
  Vp9Header header;
  if (bits.Bits(2) != kFrameMarker) return std::nullopt;
  const unsigned low = bits.Bits(1);
  header.profile = low | bits.Bits(1) << 1U;
  if (header.profile % 2 != 0) return std::nullopt;
  if (bits.Flag()) return std::nullopt;  // show_existing_frame
  header.key = !bits.Flag();
  header.shown = bits.Flag();
  const bool resilient = bits.Flag();
  if (header.key) {
    if (!ReadKeyPicture(bits, header.profile)) return std::nullopt;
  } else {
    const bool intra_only = !header.shown && bits.Flag();
    if (!resilient) bits.Bits(2);  // reset_frame_context
    if (intra_only && !ReadIntraOnly(bits, header.profile)) return std::nullopt;
    if (!intra_only) ReadPredicted(bits);
  }
  if (!resilient) bits.Bits(1 + 1);  // refresh_frame_context, frame_parallel_decoding_mode
  bits.Bits(2);                      // frame_context_idx
  ReadLoopFilter(bits);
  header.base_q_idx = bits.Bits(8);
  if (!bits.Good()) return std::nullopt;
  return header;
}

}  // namespace vfqual::suites
