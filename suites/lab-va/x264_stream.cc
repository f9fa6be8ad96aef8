#include "suites/lab-va/x264_stream.h"

#include <algorithm>
#include <cstdint>

extern "C" {
#include <x264.h>
}

#include "suites/h264/nal_unit.h"

namespace vfqual::lab_va {
namespace {

constexpr unsigned kConstrainedBaselineFlags = 0xc0;  // constraint_set0_flag and constraint_set1_flag
constexpr unsigned kMainFlags = 0x40;                 // constraint_set1_flag
constexpr unsigned kExtended = 88;
constexpr int kMinQp = 1;  // 0 would make the stream lossless, which is another profile
constexpr int kMaxQp = 51;
constexpr int kWrongQpOffset = 6;
constexpr auto kFiller = static_cast<h264::NalType>(12);  // a NAL unit that says nothing
constexpr unsigned kMaxReorderFrames = 2;                 // a stream whose B pictures are coded as P has more than one

void SetRateControl(x264_param_t& parameters, const EncodeSettings& settings, Fault fault) {
  if (settings.rate_control == VA_RC_CQP) {
    parameters.rc.i_rc_method = X264_RC_CQP;
    // Each picture brings its own, which libx264 clips to the range of its constants for P, I and B pictures. These
    // factors, the smallest that it takes, make that the whole range.
    parameters.rc.i_qp_constant = 26;
    parameters.rc.f_ip_factor = 0.01F;
    parameters.rc.f_pb_factor = 0.01F;
    parameters.rc.i_aq_mode = X264_AQ_NONE;
    return;
  }
  const unsigned factor = fault == Fault::kIgnoredRateControl ? 2 : 1;
  const auto kilobits = [=](unsigned bits) { return static_cast<int>(std::max(1U, bits / 1000 * factor)); };
  parameters.rc.i_rc_method = X264_RC_ABR;
  parameters.rc.i_bitrate = kilobits(settings.target_bps);
  parameters.rc.i_vbv_max_bitrate = kilobits(settings.max_bps);
  parameters.rc.i_vbv_buffer_size =
      settings.buffer_bits != 0 ? kilobits(settings.buffer_bits) : kilobits(settings.max_bps);
  parameters.rc.b_filler = settings.rate_control == VA_RC_CBR ? 1 : 0;
}

x264_param_t Parameters(const EncodeSettings& settings, unsigned b_pictures, Fault fault) {
  x264_param_t parameters;
  x264_param_default_preset(&parameters, "superfast", "zerolatency");
  parameters.i_threads = 1;
  parameters.b_sliced_threads = 0;
  parameters.i_log_level = X264_LOG_NONE;
  parameters.i_csp = X264_CSP_NV12;
  parameters.i_width = static_cast<int>(settings.width);
  parameters.i_height = static_cast<int>(settings.height);
  parameters.i_level_idc = static_cast<int>(settings.level_idc);
  parameters.i_fps_num = settings.frame_rate_numerator;
  parameters.i_fps_den = settings.frame_rate_denominator;
  parameters.i_timebase_num = settings.frame_rate_denominator;
  parameters.i_timebase_den = settings.frame_rate_numerator;
  parameters.b_vfr_input = 0;
  parameters.i_frame_reference = static_cast<int>(std::clamp(settings.max_ref_frames, 1U, 16U));
  // Which picture is of which type is the application's decision.
  parameters.i_keyint_max = X264_KEYINT_MAX_INFINITE;
  parameters.i_scenecut_threshold = 0;
  parameters.i_bframe = static_cast<int>(b_pictures);
  parameters.i_bframe_adaptive = X264_B_ADAPT_NONE;
  parameters.i_bframe_pyramid = X264_B_PYRAMID_NONE;
  parameters.b_cabac = settings.cabac ? 1 : 0;
  parameters.analyse.b_transform_8x8 = settings.transform_8x8 ? 1 : 0;
  // Keeps slice headers short, and the parser of them honest about what it reads.
  parameters.analyse.i_weighted_pred = X264_WEIGHTP_NONE;
  parameters.analyse.b_weighted_bipred = 0;
  SetRateControl(parameters, settings, fault);
  return parameters;
}

void NameProfile(h264::SequenceParameters& sequence, VAProfile profile) {
  switch (profile) {
    case VAProfileH264High:
      sequence.profile_idc = h264::kHigh;
      sequence.constraint_flags = 0;
      return;
    case VAProfileH264Main:
      sequence.profile_idc = h264::kMain;
      sequence.constraint_flags = kMainFlags;
      return;
    default:
      sequence.profile_idc = h264::kBaseline;
      sequence.constraint_flags = kConstrainedBaselineFlags;
  }
}

int TypeOf(const EncodePicture& picture, bool with_b_slices) {
  if (picture.idr) return X264_TYPE_IDR;
  if (picture.type == h264::SliceType::kI) return X264_TYPE_I;
  return picture.type == h264::SliceType::kB && with_b_slices ? X264_TYPE_B : X264_TYPE_P;
}

}  // namespace

void X264Stream::Close::operator()(x264_t* encoder) const {
  x264_encoder_close(encoder);
}

std::unique_ptr<X264Stream> X264Stream::Make(const EncodeSettings& settings, unsigned b_pictures, Fault fault) {
  x264_param_t parameters = Parameters(settings, b_pictures, fault);
  Handle encoder(x264_encoder_open(&parameters));
  if (!encoder) return nullptr;
  return std::unique_ptr<X264Stream>(new X264Stream(std::move(encoder), settings, b_pictures != 0, fault));
}

bool X264Stream::Feed(const Surface& surface, const EncodePicture& picture, std::vector<CodedUnit>& ready) {
  x264_picture_t input;
  x264_picture_init(&input);
  input.i_pts = fed_++;
  input.i_type = TypeOf(picture, with_b_slices_);
  input.img.i_csp = X264_CSP_NV12;
  input.img.i_plane = 2;
  input.img.plane[0] = surface.Luma();
  input.img.plane[1] = surface.Chroma();
  input.img.i_stride[0] = input.img.i_stride[1] = static_cast<int>(surface.Stride());
  if (settings_.rate_control == VA_RC_CQP) {
    const int qp = picture.qp + (fault_ == Fault::kWrongQp ? kWrongQpOffset : 0);
    input.i_qpplus1 = std::clamp(qp, kMinQp, kMaxQp) + 1;
  }
  inside_.push_back({input.i_pts, picture});
  return Encode(&input, ready);
}

bool X264Stream::Flush(std::vector<CodedUnit>& ready) {
  while (!inside_.empty()) {
    const auto before = ready.size();
    if (!Encode(nullptr, ready) || ready.size() == before) return false;
  }
  return true;
}

bool X264Stream::Encode(x264_picture_t* input, std::vector<CodedUnit>& ready) {
  x264_nal_t* nals = nullptr;
  int nal_count = 0;
  x264_picture_t output;
  const int size = x264_encoder_encode(encoder_.get(), &nals, &nal_count, input, &output);
  if (size < 0) return false;
  if (size == 0) return true;
  const auto found =
      std::find_if(inside_.begin(), inside_.end(), [&](const Inside& one) { return one.pts == output.i_pts; });
  if (found == inside_.end()) return false;
  ready.push_back(
      {found->picture.number, Rewrite({nals[0].p_payload, static_cast<std::size_t>(size)}, found->picture)});
  inside_.erase(found);
  return true;
}

std::vector<std::uint8_t> X264Stream::Rewrite(std::span<const std::uint8_t> own, const EncodePicture& picture) {
  std::vector<std::uint8_t> stream;
  for (const auto nal : h264::SplitNalUnits(own)) {
    switch (h264::TypeOf(nal)) {
      case h264::NalType::kSps:
        AppendSequenceParameters(stream, h264::Payload(nal));
        break;
      case h264::NalType::kPps:
        own_picture_ = h264::ParsePictureParameters(h264::Payload(nal)).value_or(own_picture_);
        h264::AppendNalUnit(stream, nal);
        break;
      case h264::NalType::kSei:
        break;  // libx264's version and options
      case h264::NalType::kSlice:
      case h264::NalType::kIdrSlice:
        AppendSlice(stream, nal, picture);
        break;
      default:
        h264::AppendNalUnit(stream, nal);
    }
  }
  if (const auto length = faults_.RandomLength()) {
    const std::vector<std::uint8_t> payload(length, 0xff);
    h264::AppendNalUnit(stream, 0, kFiller, payload);
  }
  faults_.Apply(stream);
  return stream;
}

void X264Stream::AppendSequenceParameters(std::vector<std::uint8_t>& stream, std::vector<std::uint8_t> payload) {
  const auto parsed = h264::ParseSequenceParameters(payload);
  if (!parsed) return h264::AppendNalUnit(stream, 3, h264::NalType::kSps, payload);
  own_sequence_ = *parsed;
  h264::SequenceParameters sequence = *parsed;
  // libx264 names the lowest profile that the tools in use allow.
  NameProfile(sequence, settings_.profile);
  if (fault_ == Fault::kWrongProfile) {
    sequence.profile_idc = kExtended;
    sequence.constraint_flags = 0;
  }
  if (WritesPoc()) {
    sequence.poc_type = 0;
    sequence.log2_max_poc_lsb = *settings_.log2_max_poc_lsb;
  }
  sequence.max_reorder_frames = settings_.b_pictures != 0 ? kMaxReorderFrames : 0;
  h264::AppendNalUnit(stream, 3, h264::NalType::kSps, h264::WriteSequenceParameters(sequence));
}

void X264Stream::AppendSlice(std::vector<std::uint8_t>& stream, std::span<const std::uint8_t> nal,
                             const EncodePicture& picture) {
  if (!WritesPoc()) return h264::AppendNalUnit(stream, nal);
  const auto payload = h264::Payload(nal);
  const auto header = h264::ParseSliceHeader(nal, payload, own_sequence_, own_picture_);
  if (!header) return h264::AppendNalUnit(stream, nal);
  h264::AppendNalUnit(
      stream, h264::RefIdcOf(nal), h264::TypeOf(nal),
      h264::InsertPoc(payload, *header, own_picture_.cabac, *settings_.log2_max_poc_lsb, picture.poc_lsb));
}

}  // namespace vfqual::lab_va
