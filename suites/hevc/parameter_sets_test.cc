#include "suites/hevc/parameter_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suites/h264/nal_unit.h"

namespace vfqual::hevc {
namespace {

TEST(HevcParameterSets, AreReadAsWritten) {
  SequenceParameters sequence;
  sequence.profile_idc = kMain10Profile;
  sequence.width = 136;
  sequence.height = 88;
  sequence.has_window = true;
  sequence.window = {0, 1, 0, 1};
  sequence.bit_depth_luma_minus8 = sequence.bit_depth_chroma_minus8 = 2;
  sequence.log2_max_poc_lsb_minus4 = 8;
  sequence.log2_diff_coding_block = 2;
  sequence.pcm = true;
  sequence.log2_diff_pcm_block = 1;
  sequence.temporal_mvp = true;
  const auto read = ParseSequenceParameters(WriteSequenceParameters(sequence));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->profile_idc, kMain10Profile);
  EXPECT_EQ(read->width, 136U);
  EXPECT_EQ(read->height, 88U);
  EXPECT_THAT(read->window, testing::ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(read->bit_depth_chroma_minus8, 2U);
  EXPECT_EQ(read->log2_diff_pcm_block, 1U);
  EXPECT_TRUE(read->temporal_mvp);
  EXPECT_EQ(read->CodingTreeBlocks(), 5U * 3U);

  PictureParameters picture;
  picture.id = 7;
  picture.init_qp_minus26 = -4;
  picture.cu_qp_delta = true;
  picture.cu_qp_delta_depth = 2;
  picture.tiles = true;
  picture.tile_columns_minus1 = {1};
  picture.tile_rows_minus1 = {0, 0};
  picture.loop_filter_across_slices = true;
  picture.deblocking_override = true;
  picture.tc_offset_div2 = -3;
  picture.slice_extension = true;
  const auto read_picture = ParsePictureParameters(WritePictureParameters(picture));
  ASSERT_TRUE(read_picture);
  EXPECT_EQ(read_picture->id, 7U);
  EXPECT_EQ(read_picture->init_qp_minus26, -4);
  EXPECT_EQ(read_picture->cu_qp_delta_depth, 2U);
  EXPECT_THAT(read_picture->tile_rows_minus1, testing::ElementsAre(0, 0));
  EXPECT_EQ(read_picture->tc_offset_div2, -3);
  EXPECT_TRUE(read_picture->slice_extension);
}

TEST(HevcParameterSets, RefuseWhatIsCutShort) {
  auto bytes = WriteSequenceParameters({});
  EXPECT_FALSE(ParseSequenceParameters(bytes));  // without a size
  bytes.resize(10);
  EXPECT_FALSE(ParseSequenceParameters(bytes));
  EXPECT_FALSE(ParsePictureParameters(std::vector<std::uint8_t>{0xc0}));
}

TEST(HevcNalUnit, HasTwoBytesOfHeader) {
  std::vector<std::uint8_t> stream;
  AppendNalUnit(stream, NalType::kSps, std::vector<std::uint8_t>{0, 0, 1, 0x80});
  EXPECT_THAT(stream, testing::ElementsAre(0, 0, 0, 1, 0x42, 1, 0, 0, 3, 1, 0x80));
  const auto nals = h264::SplitNalUnits(stream);
  ASSERT_EQ(nals.size(), 1U);
  EXPECT_EQ(TypeOf(nals[0]), NalType::kSps);
  EXPECT_THAT(Payload(nals[0]), testing::ElementsAre(0, 0, 1, 0x80));
}

}  // namespace
}  // namespace vfqual::hevc
