#include "suites/lab-va/encode_settings.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace vfqual::lab_va {
namespace {

template <class T>
std::vector<std::uint8_t> Miscellaneous(VAEncMiscParameterType type, const T& value) {
  std::vector<std::uint8_t> bytes(offsetof(VAEncMiscParameterBuffer, data) + sizeof(T));
  std::memcpy(bytes.data(), &type, sizeof(type));
  std::memcpy(bytes.data() + offsetof(VAEncMiscParameterBuffer, data), &value, sizeof(T));
  return bytes;
}

VAEncSequenceParameterBufferH264 Sequence() {
  VAEncSequenceParameterBufferH264 sequence{};
  sequence.picture_width_in_mbs = 86;
  sequence.picture_height_in_mbs = 48;
  sequence.seq_fields.bits.chroma_format_idc = 1;
  sequence.seq_fields.bits.frame_mbs_only_flag = 1;
  sequence.frame_cropping_flag = 1;
  sequence.frame_crop_right_offset = 5;
  sequence.frame_crop_bottom_offset = 1;
  sequence.bits_per_second = 5000;
  return sequence;
}

TEST(ApplySequence, LeavesOutWhatIsCropped) {
  EncodeSettings settings;
  ASSERT_TRUE(ApplySequence(Sequence(), settings));
  EXPECT_EQ(settings.width, 1366U);
  EXPECT_EQ(settings.height, 766U);
  EXPECT_EQ(settings.max_bps, 5000U);
}

TEST(ApplySequence, RefusesFieldsAndCropsThatLeaveNothing) {
  EncodeSettings settings;
  auto fields = Sequence();
  fields.seq_fields.bits.frame_mbs_only_flag = 0;
  EXPECT_FALSE(ApplySequence(fields, settings));
  auto nothing = Sequence();
  nothing.frame_crop_right_offset = 86 * 8;
  EXPECT_FALSE(ApplySequence(nothing, settings));
}

TEST(ApplyMiscellaneous, TakesTheTargetOfAVariableRateOnly) {
  VAEncMiscParameterRateControl control{};
  control.bits_per_second = 1'000'000;
  control.target_percentage = 66;
  const auto buffer = Miscellaneous(VAEncMiscParameterTypeRateControl, control);
  EncodeSettings variable;
  variable.rate_control = VA_RC_VBR;
  ASSERT_TRUE(ApplyMiscellaneous(buffer, variable));
  EXPECT_EQ(variable.target_bps, 660'000U);
  EXPECT_EQ(variable.max_bps, 1'000'000U);
  EncodeSettings constant;
  constant.rate_control = VA_RC_CBR;
  ASSERT_TRUE(ApplyMiscellaneous(buffer, constant));
  EXPECT_EQ(constant.target_bps, 1'000'000U);
}

TEST(ApplyMiscellaneous, ReadsFrameRatesAsFractions) {
  VAEncMiscParameterFrameRate rate{};
  rate.framerate = 1001U << 16U | 30000U;
  EncodeSettings settings;
  ASSERT_TRUE(ApplyMiscellaneous(Miscellaneous(VAEncMiscParameterTypeFrameRate, rate), settings));
  EXPECT_EQ(settings.frame_rate_numerator, 30000U);
  EXPECT_EQ(settings.frame_rate_denominator, 1001U);
}

TEST(ApplyMiscellaneous, CutShortIsRefused) {
  auto buffer = Miscellaneous(VAEncMiscParameterTypeHRD, VAEncMiscParameterHRD{});
  buffer.resize(12);
  EncodeSettings settings;
  EXPECT_FALSE(ApplyMiscellaneous(buffer, settings));
  EXPECT_FALSE(ApplyMiscellaneous({}, settings));
}

}  // namespace
}  // namespace vfqual::lab_va
