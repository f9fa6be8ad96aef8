#include "suites/lab-va/encode_settings.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>

namespace vfqual::lab_va {
namespace {

constexpr unsigned kMacroblockPixels = 16;
constexpr unsigned kCropUnit = 2;
constexpr unsigned kMaxBPictures = 16;  // libx264's

template <class T>
std::optional<T> Read(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T value{};
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

void ApplyRateControl(const VAEncMiscParameterRateControl& control, EncodeSettings& settings) {
  settings.max_bps = control.bits_per_second;
  const bool variable = settings.rate_control == VA_RC_VBR && control.target_percentage != 0;
  settings.target_bps = static_cast<unsigned>(std::uint64_t{control.bits_per_second} *
                                              (variable ? std::min(control.target_percentage, 100U) : 100U) / 100);
}

}  // namespace

bool ApplySequence(const VAEncSequenceParameterBufferH264& sequence, EncodeSettings& settings) {
  const auto& fields = sequence.seq_fields.bits;
  if (fields.chroma_format_idc != 1 || fields.frame_mbs_only_flag != 1 || fields.pic_order_cnt_type == 1 ||
      fields.seq_scaling_matrix_present_flag != 0) {
    return false;
  }
  settings.width = sequence.picture_width_in_mbs * kMacroblockPixels;
  settings.height = sequence.picture_height_in_mbs * kMacroblockPixels;
  if (sequence.frame_cropping_flag != 0) {
    const auto cropped_columns = (sequence.frame_crop_left_offset + sequence.frame_crop_right_offset) * kCropUnit;
    const auto cropped_rows = (sequence.frame_crop_top_offset + sequence.frame_crop_bottom_offset) * kCropUnit;
    if (cropped_columns >= settings.width || cropped_rows >= settings.height) return false;
    settings.width -= cropped_columns;
    settings.height -= cropped_rows;
  }
  settings.level_idc = sequence.level_idc;
  settings.max_ref_frames = sequence.max_num_ref_frames;
  settings.log2_max_poc_lsb.reset();
  if (fields.pic_order_cnt_type == 0) settings.log2_max_poc_lsb = fields.log2_max_pic_order_cnt_lsb_minus4 + 4U;
  settings.b_pictures = std::min(std::max(sequence.ip_period, 1U) - 1, kMaxBPictures);
  if (settings.max_bps == 0) settings.max_bps = settings.target_bps = sequence.bits_per_second;
  if (sequence.vui_parameters_present_flag != 0 && sequence.vui_fields.bits.timing_info_present_flag != 0 &&
      sequence.num_units_in_tick != 0 && sequence.time_scale != 0) {
    settings.frame_rate_numerator = sequence.time_scale;
    settings.frame_rate_denominator = sequence.num_units_in_tick * 2;  // a tick is a field's time
  }
  return settings.width != 0 && settings.height != 0;
}

void ApplyPicture(const VAEncPictureParameterBufferH264& picture, EncodeSettings& settings) {
  const auto& fields = picture.pic_fields.bits;
  settings.cabac = settings.profile != VAProfileH264ConstrainedBaseline && fields.entropy_coding_mode_flag != 0;
  settings.transform_8x8 = settings.profile == VAProfileH264High && fields.transform_8x8_mode_flag != 0;
}

bool ApplyMiscellaneous(std::span<const std::uint8_t> buffer, EncodeSettings& settings) {
  const auto type = Read<VAEncMiscParameterType>(buffer);  // VAEncMiscParameterBuffer's one member before its data
  if (!type) return false;
  const auto body = buffer.subspan(offsetof(VAEncMiscParameterBuffer, data));
  switch (*type) {
    case VAEncMiscParameterTypeRateControl: {
      const auto control = Read<VAEncMiscParameterRateControl>(body);
      if (control) ApplyRateControl(*control, settings);
      return control.has_value();
    }
    case VAEncMiscParameterTypeHRD: {
      const auto hrd = Read<VAEncMiscParameterHRD>(body);
      if (hrd) settings.buffer_bits = hrd->buffer_size;
      return hrd.has_value();
    }
    case VAEncMiscParameterTypeFrameRate: {
      const auto rate = Read<VAEncMiscParameterFrameRate>(body);
      if (!rate) return false;
      settings.frame_rate_numerator = std::max(1U, rate->framerate & 0xffffU);
      settings.frame_rate_denominator = std::max(1U, rate->framerate >> 16U);
      return true;
    }
    default:
      return true;
  }
}

EncodePicture PictureOf(const VAEncPictureParameterBufferH264& picture, const VAEncSliceParameterBufferH264& slice) {
  EncodePicture result;
  result.type = static_cast<h264::SliceType>(slice.slice_type % 5);
  result.idr = picture.pic_fields.bits.idr_pic_flag != 0;
  result.qp = picture.pic_init_qp + slice.slice_qp_delta;
  result.poc_lsb = slice.pic_order_cnt_lsb;
  return result;
}

}  // namespace vfqual::lab_va
