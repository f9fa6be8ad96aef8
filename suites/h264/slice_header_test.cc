#include "suites/h264/slice_header.h"

#include <gtest/gtest.h>

#include <array>

#include "suites/h264/bit_reader.h"
#include "suites/h264/bit_writer.h"

namespace vfqual::h264 {
namespace {

constexpr std::array<std::uint8_t, 1> kReferenceSlice = {0x41};  // nal_ref_idc 2, a slice that is not IDR

SequenceParameters Sequence(unsigned poc_type) {
  SequenceParameters sequence;
  sequence.log2_max_frame_num = 5;
  sequence.poc_type = poc_type;
  sequence.log2_max_poc_lsb = 6;
  return sequence;
}

// A P slice with two reference pictures of its own, a reordering command, and QP 26 + 4.
std::vector<std::uint8_t> PSlice(unsigned poc_type, bool cabac) {
  BitWriter bits;
  bits.Ue(0);       // first_mb_in_slice
  bits.Ue(5);       // slice_type: P, all slices
  bits.Ue(2);       // pic_parameter_set_id
  bits.Bits(5, 9);  // frame_num
  if (poc_type == 0) bits.Bits(6, 18);
  bits.Flag(true);  // num_ref_idx_active_override_flag
  bits.Ue(1);
  bits.Flag(true);  // ref_pic_list_modification_flag_l0
  bits.Ue(0);
  bits.Ue(3);
  bits.Ue(3);
  bits.Flag(false);       // adaptive_ref_pic_marking_mode_flag
  if (cabac) bits.Ue(1);  // cabac_init_idc
  bits.Se(4);             // slice_qp_delta
  if (cabac) bits.Align(true);
  bits.Bits(16, 0xabcd);  // stands for the macroblocks
  bits.TrailingBits();
  return bits.Bytes();
}

TEST(ParseSliceHeader, ReadsAPSlice) {
  const auto header = ParseSliceHeader(kReferenceSlice, PSlice(0, false), Sequence(0), {});
  ASSERT_TRUE(header);
  EXPECT_EQ(header->type, SliceType::kP);
  EXPECT_EQ(header->picture_parameters_id, 2U);
  EXPECT_EQ(header->frame_num, 9U);
  EXPECT_EQ(header->poc_lsb, 18U);
  EXPECT_TRUE(header->overrides_ref_counts);
  EXPECT_EQ(header->qp, 30);
}

TEST(ParseSliceHeader, KnowsWhereTheMacroblocksBegin) {
  const auto payload = PSlice(2, false);
  const auto header = ParseSliceHeader(kReferenceSlice, payload, Sequence(2), {});
  ASSERT_TRUE(header);
  BitReader bits(payload);
  bits.Bits(static_cast<unsigned>(header->data_position));
  EXPECT_EQ(bits.Bits(16), 0xabcdU);
}

TEST(ParseSliceHeader, CutShortIsNone) {
  const auto payload = PSlice(0, false);
  EXPECT_FALSE(ParseSliceHeader(kReferenceSlice, std::span(payload).first(2), Sequence(0), {}));
}

class InsertPocTest : public testing::TestWithParam<bool> {};

TEST_P(InsertPocTest, GivesTheSliceThatItsEncoderWouldHaveWritten) {
  PictureParameters picture;
  picture.cabac = GetParam();
  const auto without = PSlice(2, picture.cabac);
  const auto header = ParseSliceHeader(kReferenceSlice, without, Sequence(2), picture);
  ASSERT_TRUE(header);
  EXPECT_EQ(InsertPoc(without, *header, picture.cabac, 6, 18), PSlice(0, picture.cabac));
}

INSTANTIATE_TEST_SUITE_P(WithCavlcAndCabac, InsertPocTest, testing::Bool());

}  // namespace
}  // namespace vfqual::h264
