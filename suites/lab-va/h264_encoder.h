// H.264 encoding of one stream through libx264.
#pragma once

#include <va/va.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "suites/h264/parameter_sets.h"
#include "suites/h264/slice_header.h"
#include "suites/lab-va/lab_fault.h"
#include "suites/lab-va/surface.h"

struct x264_t;

namespace vfqual::lab_va {

// What holds for a whole sequence. Where it changes a new encoder is needed, from an IDR picture on.
struct EncodeSettings {
  VAProfile profile = VAProfileH264High;
  unsigned width = 0;  // without what is cropped
  unsigned height = 0;
  unsigned level_idc = 0;
  unsigned max_ref_frames = 1;
  bool cabac = true;
  bool transform_8x8 = true;
  std::optional<unsigned> log2_max_poc_lsb;  // none: pictures are shown in the order of coding
  bool reorders = false;                     // pictures are shown in another order than that of coding
  std::uint32_t rate_control = VA_RC_CQP;
  unsigned target_bps = 0;
  unsigned max_bps = 0;
  unsigned buffer_bits = 0;  // of the hypothetical decoder; 0: a second's worth
  unsigned frame_rate_numerator = 30;
  unsigned frame_rate_denominator = 1;

  bool operator==(const EncodeSettings&) const = default;
};

struct EncodePicture {
  h264::SliceType type = h264::SliceType::kI;
  bool idr = false;
  int qp = 26;  // counts for VA_RC_CQP
  unsigned poc_lsb = 0;
};

// libx264 takes pictures in the order of display and codes one only when it has all that are shown before it, while
// libva wants each picture coded when it comes. So a picture asked for as B is coded with P slices, and its place in
// the order of display is written into the slice headers.
class H264Encoder {
 public:
  // Nothing where libx264 refuses the settings.
  static std::unique_ptr<H264Encoder> Make(const EncodeSettings& settings, Fault fault);

  const EncodeSettings& Settings() const { return settings_; }
  // An access unit as Annex B byte stream. Nothing where libx264 fails.
  std::optional<std::vector<std::uint8_t>> Encode(const Surface& surface, const EncodePicture& picture);

 private:
  struct Close {
    void operator()(x264_t* encoder) const;
  };
  using Handle = std::unique_ptr<x264_t, Close>;

  H264Encoder(Handle encoder, const EncodeSettings& settings, Fault fault)
      : encoder_(std::move(encoder)), settings_(settings), fault_(fault) {}

  static void AppendRandomFiller(std::vector<std::uint8_t>& stream);
  void AppendSequenceParameters(std::vector<std::uint8_t>& stream, std::vector<std::uint8_t> payload);
  void AppendSlice(std::vector<std::uint8_t>& stream, std::span<const std::uint8_t> nal, const EncodePicture& picture);

  Handle encoder_;
  EncodeSettings settings_;
  Fault fault_;
  std::int64_t pictures_ = 0;
  h264::SequenceParameters own_sequence_;  // libx264's, before it is rewritten
  h264::PictureParameters own_picture_;
};

}  // namespace vfqual::lab_va
