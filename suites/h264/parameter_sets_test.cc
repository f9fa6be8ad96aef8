#include "suites/h264/parameter_sets.h"

#include <gtest/gtest.h>

namespace vfqual::h264 {
namespace {

SequenceParameters Cropped() {
  SequenceParameters sequence;
  sequence.profile_idc = kHigh;
  sequence.level_idc = 31;
  sequence.log2_max_frame_num = 7;
  sequence.poc_type = 0;
  sequence.log2_max_poc_lsb = 8;
  sequence.max_ref_frames = 3;
  sequence.width_in_mbs = 86;
  sequence.height_in_map_units = 48;
  sequence.cropping = {.right = 10, .bottom = 2};
  return sequence;
}

TEST(SequenceParameters, AreReadAsWritten) {
  auto sequence = Cropped();
  sequence.max_reorder_frames = 2;
  const auto read = ParseSequenceParameters(WriteSequenceParameters(sequence));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->profile_idc, kHigh);
  EXPECT_EQ(read->level_idc, 31U);
  EXPECT_EQ(read->log2_max_frame_num, 7U);
  EXPECT_EQ(read->log2_max_poc_lsb, 8U);
  EXPECT_EQ(read->max_ref_frames, 3U);
  EXPECT_EQ(read->width_in_mbs, 86U);
  EXPECT_EQ(read->height_in_map_units, 48U);
  EXPECT_EQ(read->cropping.right, 10U);
  EXPECT_EQ(read->cropping.bottom, 2U);
}

TEST(SequenceParameters, OfFieldsAreReadAsWritten) {
  auto sequence = Cropped();
  sequence.profile_idc = kMain;
  sequence.frame_mbs_only = false;
  sequence.mb_adaptive_frame_field = true;
  sequence.cropping = {.right = 10, .bottom = 4};
  const auto read = ParseSequenceParameters(WriteSequenceParameters(sequence));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->frame_mbs_only);
  EXPECT_TRUE(read->mb_adaptive_frame_field);
  EXPECT_EQ(read->cropping.bottom, 4U);
}

TEST(SequenceParameters, CutShortAreNone) {
  const auto payload = WriteSequenceParameters(Cropped());
  EXPECT_FALSE(ParseSequenceParameters(std::span(payload).first(5)));
  EXPECT_FALSE(ParseSequenceParameters({}));
}

TEST(PictureParameters, AreReadAsWritten) {
  PictureParameters picture;
  picture.id = 3;
  picture.cabac = true;
  picture.ref_idx_l0_count = 4;
  picture.ref_idx_l1_count = 2;
  picture.weighted_pred = true;
  picture.weighted_bipred_idc = 2;
  picture.init_qp = 23;
  picture.chroma_qp_index_offset = -2;
  picture.deblocking_control_present = true;
  const auto read = ParsePictureParameters(WritePictureParameters(picture, true));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, 3U);
  EXPECT_TRUE(read->cabac);
  EXPECT_EQ(read->ref_idx_l0_count, 4U);
  EXPECT_EQ(read->ref_idx_l1_count, 2U);
  EXPECT_TRUE(read->weighted_pred);
  EXPECT_EQ(read->weighted_bipred_idc, 2U);
  EXPECT_EQ(read->init_qp, 23);
  EXPECT_EQ(read->chroma_qp_index_offset, -2);
  EXPECT_TRUE(read->deblocking_control_present);
}

TEST(PictureParameters, SayMoreInHighProfiles) {
  PictureParameters picture;
  picture.transform_8x8 = true;
  picture.second_chroma_qp_index_offset = 5;
  const auto main = WritePictureParameters(picture, false);
  EXPECT_NE(main, WritePictureParameters(picture, true));
  picture.scaling.emplace();
  for (auto& list : picture.scaling->lists_4x4) list.fill(20);
  for (auto& list : picture.scaling->lists_8x8) list.fill(20);
  EXPECT_EQ(main, WritePictureParameters(picture, false));
  EXPECT_GT(WritePictureParameters(picture, true).size(), main.size() + (6 * 16 + 2 * 64) / 8);
}

TEST(PictureParameters, CutShortAreNone) {
  EXPECT_FALSE(ParsePictureParameters({}));
}

}  // namespace
}  // namespace vfqual::h264
