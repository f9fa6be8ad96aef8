#include "suites/lab-va/encode_settings.h"

#include <algorithm>

namespace vfqual::lab_va {
namespace {

constexpr unsigned kMacroblockPixels = 16;
constexpr unsigned kCropUnit = 2;
constexpr unsigned kMaxBPictures = 16;  // libx264's

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
  ApplySequenceRate(sequence.bits_per_second, settings);
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

EncodePicture PictureOf(const VAEncPictureParameterBufferH264& picture, const VAEncSliceParameterBufferH264& slice) {
  EncodePicture result;
  result.type = static_cast<h264::SliceType>(slice.slice_type % 5);
  result.idr = picture.pic_fields.bits.idr_pic_flag != 0;
  result.qp = picture.pic_init_qp + slice.slice_qp_delta;
  result.poc_lsb = slice.pic_order_cnt_lsb;
  return result;
}

}  // namespace vfqual::lab_va
