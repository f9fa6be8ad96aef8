#include "suites/lab-va/hevc_decode_headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suites/h264/bit_writer.h"
#include "suites/h264/nal_unit.h"
#include "suites/hevc/slice_header.h"

namespace vfqual::lab_va {
namespace {

VAPictureParameterBufferHEVC Parameters() {
  VAPictureParameterBufferHEVC parameters{};
  parameters.pic_width_in_luma_samples = 64;
  parameters.pic_height_in_luma_samples = 48;
  parameters.pic_fields.bits.chroma_format_idc = 1;
  parameters.log2_diff_max_min_luma_coding_block_size = 2;
  parameters.log2_max_pic_order_cnt_lsb_minus4 = 4;
  parameters.num_short_term_ref_pic_sets = 5;
  parameters.CurrPic.pic_order_cnt = 10;
  for (auto& reference : parameters.ReferenceFrames) {
    reference.picture_id = VA_INVALID_SURFACE;
    reference.flags = VA_PICTURE_HEVC_INVALID;
  }
  parameters.ReferenceFrames[0] = {1, 4, 0, {}};
  parameters.ReferenceFrames[1] = {2, 12, VA_PICTURE_HEVC_RPS_ST_CURR_AFTER, {}};
  parameters.ReferenceFrames[3] = {3, 9, VA_PICTURE_HEVC_RPS_ST_CURR_BEFORE, {}};
  return parameters;
}

TEST(RefPicSetOf, OrdersPicturesByTheirDistance) {
  const auto set = RefPicSetOf(Parameters());
  ASSERT_EQ(set.before.size(), 2U);
  EXPECT_EQ(set.before[0].delta_poc, -1);
  EXPECT_TRUE(set.before[0].used_by_curr);
  EXPECT_EQ(set.before[1].delta_poc, -6);
  EXPECT_FALSE(set.before[1].used_by_curr);
  ASSERT_EQ(set.after.size(), 1U);
  EXPECT_EQ(set.after[0].delta_poc, 2);
  EXPECT_EQ(set.UsedByCurr(), 2U);
}

// The slice chooses one of the sequence's sets, which libva does not tell.
TEST(HevcAccessUnit, PutsTheReferencePictureSetIntoTheSlice) {
  h264::BitWriter bits;
  bits.Flag(true);      // first_slice_segment_in_pic_flag
  bits.Ue(3);           // slice_pic_parameter_set_id
  bits.Ue(1);           // slice_type: P
  bits.Bits(8, 10);     // slice_pic_order_cnt_lsb
  bits.Flag(true);      // short_term_ref_pic_set_sps_flag
  bits.Bits(3, 4);      // short_term_ref_pic_set_idx
  bits.Flag(false);     // num_ref_idx_active_override_flag
  bits.Ue(0);           // five_minus_max_num_merge_cand
  bits.Se(-2);          // slice_qp_delta
  bits.TrailingBits();  // byte_alignment()
  HevcDecodePicture picture;
  picture.parameters = Parameters();
  std::vector<std::uint8_t> slice = {0x02, 0x01};  // TRAIL_R
  slice.insert(slice.end(), bits.Bytes().begin(), bits.Bytes().end());
  slice.insert(slice.end(), {0xde, 0xad});
  picture.slices.push_back({{}, slice});

  const auto unit = HevcAccessUnit(VAProfileHEVCMain, picture);
  ASSERT_TRUE(unit);
  const auto nals = h264::SplitNalUnits(*unit);
  ASSERT_EQ(nals.size(), 4U);
  EXPECT_EQ(hevc::TypeOf(nals[0]), hevc::NalType::kVps);
  const auto sequence = hevc::ParseSequenceParameters(hevc::Payload(nals[1]));
  const auto picture_set = hevc::ParsePictureParameters(hevc::Payload(nals[2]));
  ASSERT_TRUE(sequence && picture_set);
  EXPECT_EQ(sequence->ref_pic_set_count, 0U);
  EXPECT_EQ(picture_set->id, 3U);
  const auto payload = hevc::Payload(nals[3]);
  const auto header = hevc::ParseSliceHeader(hevc::TypeOf(nals[3]), payload, *sequence, *picture_set);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->type, hevc::SliceType::kP);
  EXPECT_EQ(header->qp, 24);
  EXPECT_GT(header->behind_ref_set - header->ref_set_position, 4U);
  EXPECT_THAT(std::vector<std::uint8_t>(payload.end() - 2, payload.end()), testing::ElementsAre(0xde, 0xad));
}

TEST(HevcAccessUnit, RefusesWhatIsNotRebuilt) {
  HevcDecodePicture picture;
  EXPECT_FALSE(HevcAccessUnit(VAProfileHEVCMain, picture));
  picture.parameters = Parameters();
  picture.slices.push_back({{}, {0x02, 0x01}});
  EXPECT_FALSE(HevcAccessUnit(VAProfileHEVCMain, picture));
  picture.parameters->pic_fields.bits.scaling_list_enabled_flag = 1;
  EXPECT_FALSE(HevcSequenceOf(VAProfileHEVCMain, *picture.parameters));
}

}  // namespace
}  // namespace vfqual::lab_va
