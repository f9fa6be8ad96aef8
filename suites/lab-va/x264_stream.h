// One H.264 stream out of libx264, which takes pictures in the order of display and gives them out in the order of
// coding.
#pragma once

#include <va/va.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "suites/h264/parameter_sets.h"
#include "suites/h264/slice_header.h"
#include "suites/lab-va/coded_faults.h"
#include "suites/lab-va/lab_fault.h"
#include "suites/lab-va/rate_settings.h"
#include "suites/lab-va/surface.h"

struct x264_t;
struct x264_picture_t;

namespace vfqual::lab_va {

// What holds for a whole sequence. Where it changes a new encoder is needed, from an IDR picture on.
struct EncodeSettings : RateSettings {
  VAProfile profile = VAProfileH264High;
  unsigned width = 0;  // without what is cropped
  unsigned height = 0;
  unsigned level_idc = 0;
  unsigned max_ref_frames = 1;
  bool cabac = true;
  bool transform_8x8 = true;
  std::optional<unsigned> log2_max_poc_lsb;  // none: pictures are shown in the order of coding
  unsigned b_pictures = 0;                   // at most so many between two others

  bool operator==(const EncodeSettings&) const = default;
};

struct EncodePicture {
  h264::SliceType type = h264::SliceType::kI;
  bool idr = false;
  int qp = 26;  // counts for VA_RC_CQP
  unsigned poc_lsb = 0;
  std::int64_t number = 0;  // the encoder's own
};

struct CodedUnit {
  std::int64_t number = 0;          // the picture's
  std::vector<std::uint8_t> bytes;  // an access unit as Annex B byte stream
};

class X264Stream {
 public:
  // Nothing where libx264 refuses the settings. With `b_pictures` B pictures are coded as such, and as many more
  // pictures must be fed before one comes out. Without, pictures may be fed in any order: each comes out at once, B
  // pictures coded with P slices, and the place in the order of display is written into the slice headers.
  static std::unique_ptr<X264Stream> Make(const EncodeSettings& settings, unsigned b_pictures, Fault fault);

  // False where libx264 fails. The picture is copied.
  bool Feed(const Surface& surface, const EncodePicture& picture, std::vector<CodedUnit>& ready);
  // What is still inside. libx264 takes no picture after this.
  bool Flush(std::vector<CodedUnit>& ready);

 private:
  struct Close {
    void operator()(x264_t* encoder) const;
  };
  using Handle = std::unique_ptr<x264_t, Close>;
  struct Inside {
    std::int64_t pts = 0;
    EncodePicture picture;
  };

  X264Stream(Handle encoder, const EncodeSettings& settings, bool with_b_slices, Fault fault)
      : encoder_(std::move(encoder)),
        settings_(settings),
        with_b_slices_(with_b_slices),
        fault_(fault),
        faults_(fault) {}

  // libx264 writes none where it codes no B pictures.
  bool WritesPoc() const { return !with_b_slices_ && settings_.log2_max_poc_lsb.has_value(); }
  bool Encode(x264_picture_t* input, std::vector<CodedUnit>& ready);
  std::vector<std::uint8_t> Rewrite(std::span<const std::uint8_t> own, const EncodePicture& picture);
  void AppendSequenceParameters(std::vector<std::uint8_t>& stream, std::vector<std::uint8_t> payload);
  void AppendSlice(std::vector<std::uint8_t>& stream, std::span<const std::uint8_t> nal, const EncodePicture& picture);

  Handle encoder_;
  EncodeSettings settings_;
  bool with_b_slices_;
  Fault fault_;
  std::int64_t fed_ = 0;
  std::vector<Inside> inside_;
  CodedFaults faults_;
  h264::SequenceParameters own_sequence_;  // libx264's, before it is rewritten
  h264::PictureParameters own_picture_;
};

}  // namespace vfqual::lab_va
