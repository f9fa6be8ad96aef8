#include "suites/hevc/slice_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suites/h264/bit_writer.h"

namespace vfqual::hevc {
namespace {

constexpr auto kTrailing = static_cast<NalType>(1);

SequenceParameters Sequence() {
  SequenceParameters sequence;
  sequence.width = 64;
  sequence.height = 64;
  sequence.log2_diff_coding_block = 1;  // 16 blocks of 16x16
  sequence.sao = true;
  sequence.temporal_mvp = true;
  return sequence;
}

TEST(HevcSliceHeader, IsReadToItsEnd) {
  PictureParameters picture;
  picture.output_flag_present = true;
  picture.cabac_init_present = true;
  picture.weighted_bipred = true;
  picture.slice_chroma_qp_offsets = true;
  picture.deblocking_override = true;
  picture.loop_filter_across_slices = true;
  picture.lists_modification = true;
  picture.entropy_sync = true;
  picture.slice_extension = true;
  h264::BitWriter bits;
  bits.Flag(false);  // first_slice_segment_in_pic_flag
  bits.Ue(0);        // slice_pic_parameter_set_id
  bits.Bits(4, 9);   // slice_segment_address
  bits.Ue(0);        // slice_type: B
  bits.Flag(true);   // pic_output_flag
  bits.Bits(4, 5);   // slice_pic_order_cnt_lsb
  bits.Flag(false);  // short_term_ref_pic_set_sps_flag
  WriteFirstRefPicSet(bits, {{{-1, true}, {-3, true}}, {{2, true}}});
  bits.Flag(true);      // slice_temporal_mvp_enabled_flag
  bits.Bits(2, 3);      // slice_sao_luma_flag, slice_sao_chroma_flag
  bits.Flag(true);      // num_ref_idx_active_override_flag
  bits.Ue(1);           // two
  bits.Ue(0);           // and one
  bits.Flag(true);      // ref_pic_list_modification_flag_l0
  bits.Bits(2 * 2, 5);  // of three pictures
  bits.Flag(false);     // ref_pic_list_modification_flag_l1
  bits.Flag(false);     // mvd_l1_zero_flag
  bits.Flag(false);     // cabac_init_flag
  bits.Flag(true);      // collocated_from_l0_flag
  bits.Ue(1);           // collocated_ref_idx
  bits.Ue(5);           // luma_log2_weight_denom
  bits.Se(0);           // delta_chroma_log2_weight_denom
  bits.Bits(2, 2);      // luma_weight_l0_flag
  bits.Bits(2, 0);      // chroma_weight_l0_flag
  bits.Se(3);
  bits.Se(-3);
  bits.Flag(false);  // luma_weight_l1_flag
  bits.Flag(true);   // chroma_weight_l1_flag
  for (int number = 0; number < 4; ++number) bits.Se(number);
  bits.Ue(2);  // five_minus_max_num_merge_cand
  bits.Se(7);  // slice_qp_delta
  bits.Se(1);
  bits.Se(-1);
  bits.Flag(true);   // deblocking_filter_override_flag
  bits.Flag(false);  // slice_deblocking_filter_disabled_flag
  bits.Se(2);
  bits.Se(2);
  bits.Flag(true);  // slice_loop_filter_across_slices_enabled_flag
  bits.Ue(2);       // num_entry_point_offsets
  bits.Ue(9);       // offset_len_minus1
  bits.Bits(20, 77);
  bits.Ue(1);  // slice_segment_header_extension_length
  bits.Bits(8, 0);
  h264::BitWriter end = bits;
  bits.Flag(true);  // byte_alignment()
  const auto header = ParseSliceHeader(
      kTrailing,
      [&] {
        bits.Align(false);
        return bits.Bytes();
      }(),
      Sequence(), picture);
  ASSERT_TRUE(header);
  EXPECT_FALSE(header->first_in_picture);
  EXPECT_EQ(header->type, SliceType::kB);
  EXPECT_EQ(header->qp, 33);
  end.Align(false);
  EXPECT_EQ(header->end / 8 + 1, bits.Bytes().size());
}

TEST(HevcSliceHeader, KnowsSetsThatAreMadeFromOthers) {
  auto sequence = Sequence();
  sequence.ref_pic_sets = {{{{-1, true}, {-4, false}}, {{2, true}}}};
  sequence.ref_pic_set_count = 1;
  h264::BitWriter bits;
  bits.Flag(true);     // inter_ref_pic_set_prediction_flag
  bits.Ue(0);          // delta_idx_minus1
  bits.Flag(true);     // delta_rps_sign: back
  bits.Ue(0);          // by one
  bits.Flag(true);     // -2, used
  bits.Bits(2, 0b01);  // -5, kept
  bits.Bits(2, 0b00);  // 1: not any more
  bits.Flag(true);     // -1, the set's own picture
  bits.TrailingBits();
  h264::BitReader reader(bits.Bytes());
  const auto set = ReadRefPicSet(reader, sequence.ref_pic_sets, 1, 1);
  ASSERT_TRUE(set);
  ASSERT_EQ(set->before.size(), 3U);
  EXPECT_EQ(set->before[0].delta_poc, -1);
  EXPECT_EQ(set->before[1].delta_poc, -2);
  EXPECT_EQ(set->before[2].delta_poc, -5);
  EXPECT_FALSE(set->before[2].used_by_curr);
  EXPECT_TRUE(set->after.empty());
}

TEST(HevcSliceHeader, RefusesWhatIsCutShort) {
  EXPECT_FALSE(ParseSliceHeader(kTrailing, std::vector<std::uint8_t>{0xc0}, Sequence(), {}));
  EXPECT_FALSE(ParseSliceHeader(kTrailing, {}, Sequence(), {}));
}

}  // namespace
}  // namespace vfqual::hevc
