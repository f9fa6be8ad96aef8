#include "suites/lab-va/h264_decode_headers.h"

#include <gtest/gtest.h>

#include <numeric>

#include "suites/h264/bit_writer.h"
#include "suites/h264/nal_unit.h"

namespace vfqual::lab_va {
namespace {

VAPictureParameterBufferH264 Parameters() {
  VAPictureParameterBufferH264 parameters{};
  parameters.picture_width_in_mbs_minus1 = 7;
  parameters.picture_height_in_mbs_minus1 = 5;
  parameters.num_ref_frames = 2;
  parameters.seq_fields.bits.chroma_format_idc = 1;
  parameters.seq_fields.bits.frame_mbs_only_flag = 1;
  parameters.pic_init_qp_minus26 = -3;
  return parameters;
}

// A P slice of parameter set 1 that takes the set's own reference counts.
DecodeSlice PSlice(unsigned ref_count) {
  h264::BitWriter bits;
  bits.Ue(0);
  bits.Ue(0);
  bits.Ue(1);
  bits.Bits(4, 3);  // frame_num
  bits.Bits(4, 2);  // pic_order_cnt_lsb
  bits.Flag(false);
  bits.TrailingBits();
  DecodeSlice slice;
  slice.parameters.num_ref_idx_l0_active_minus1 = static_cast<std::uint8_t>(ref_count - 1);
  slice.bytes = {0x41};
  slice.bytes.insert(slice.bytes.end(), bits.Bytes().begin(), bits.Bytes().end());
  return slice;
}

TEST(SequenceOf, SaysWhatTheParametersSay) {
  const auto sequence = SequenceOf(VAProfileH264Main, Parameters());
  ASSERT_TRUE(sequence);
  EXPECT_EQ(sequence->profile_idc, h264::kMain);
  EXPECT_EQ(sequence->width_in_mbs, 8U);
  EXPECT_EQ(sequence->height_in_map_units, 6U);
  EXPECT_EQ(sequence->max_ref_frames, 2U);
  EXPECT_EQ(sequence->max_reorder_frames, 0U);
}

TEST(SequenceOf, RefusesWhatLibvaDoesNotTell) {
  auto parameters = Parameters();
  parameters.seq_fields.bits.pic_order_cnt_type = 1;
  EXPECT_FALSE(SequenceOf(VAProfileH264Main, parameters));
  parameters = Parameters();
  parameters.bit_depth_luma_minus8 = 2;
  EXPECT_FALSE(SequenceOf(VAProfileH264Main, parameters));
}

TEST(PictureOf, TakesTheReferenceCountFromTheSlices) {
  DecodePicture picture;
  picture.parameters = Parameters();
  picture.slices.push_back(PSlice(2));
  const auto set = PictureOf(picture, *SequenceOf(VAProfileH264High, picture.parameters));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->id, 1U);
  EXPECT_EQ(set->ref_idx_l0_count, 2U);
  EXPECT_EQ(set->init_qp, 23);
}

TEST(PictureOf, BringsScalingListsIntoTheOrderOfCoding) {
  DecodePicture picture;
  picture.parameters = Parameters();
  VAIQMatrixBufferH264 matrix{};
  std::iota(&matrix.ScalingList4x4[0][0], &matrix.ScalingList4x4[0][0] + 96, std::uint8_t{1});
  std::iota(&matrix.ScalingList8x8[0][0], &matrix.ScalingList8x8[0][0] + 128, std::uint8_t{1});
  picture.scaling = matrix;
  const auto set = PictureOf(picture, *SequenceOf(VAProfileH264High, picture.parameters));
  ASSERT_TRUE(set && set->scaling);
  // ITU-T H.264, table 8-2: the zig-zag scan visits (0,0) (1,0) (0,1) (0,2) (1,1) (2,0) …
  const std::array<std::uint8_t, 16> expected = {1, 2, 5, 9, 6, 3, 4, 7, 10, 13, 14, 11, 8, 12, 15, 16};
  EXPECT_EQ(set->scaling->lists_4x4[0], expected);
  EXPECT_EQ(set->scaling->lists_8x8[0][63], 64);
}

TEST(PictureOf, TakesFlatListsForNone) {
  DecodePicture picture;
  picture.parameters = Parameters();
  VAIQMatrixBufferH264 matrix{};
  std::fill_n(&matrix.ScalingList4x4[0][0], 96, std::uint8_t{16});
  std::fill_n(&matrix.ScalingList8x8[0][0], 128, std::uint8_t{16});
  picture.scaling = matrix;
  EXPECT_FALSE(PictureOf(picture, *SequenceOf(VAProfileH264High, picture.parameters))->scaling);
}

TEST(AccessUnit, HoldsBothSetsAndTheSlices) {
  DecodePicture picture;
  picture.parameters = Parameters();
  EXPECT_FALSE(AccessUnit(VAProfileH264High, picture));
  picture.slices.push_back(PSlice(1));
  const auto unit = AccessUnit(VAProfileH264High, picture);
  ASSERT_TRUE(unit);
  const auto nals = h264::SplitNalUnits(*unit);
  ASSERT_EQ(nals.size(), 3U);
  EXPECT_EQ(h264::TypeOf(nals[0]), h264::NalType::kSps);
  EXPECT_EQ(h264::TypeOf(nals[1]), h264::NalType::kPps);
  EXPECT_TRUE(std::equal(nals[2].begin(), nals[2].end(), picture.slices[0].bytes.begin()));
}

}  // namespace
}  // namespace vfqual::lab_va
