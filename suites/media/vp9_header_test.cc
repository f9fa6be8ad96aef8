#include "suites/media/vp9_header.h"

#include <gtest/gtest.h>

#include "suites/h264/bit_writer.h"

namespace vfqual::suites {
namespace {

using h264::BitWriter;

BitWriter Begin(bool predicted, bool shown) {
  BitWriter bits;
  bits.Bits(2, 2);   // frame_marker
  bits.Bits(2, 0);   // profile
  bits.Flag(false);  // show_existing_frame
  bits.Flag(predicted);
  bits.Flag(shown);
  bits.Flag(false);  // error_resilient_mode
  return bits;
}

void End(BitWriter& bits, unsigned base_q_idx) {
  bits.Bits(2 + 2, 0);   // contexts
  bits.Bits(6 + 3, 17);  // loop filter
  bits.Flag(true);       // loop_filter_delta_enabled
  bits.Flag(true);       // loop_filter_delta_update
  bits.Flag(true);
  bits.Bits(7, 1);
  bits.Bits(5, 0);
  bits.Bits(8, base_q_idx);
  bits.Align(false);
}

TEST(Vp9Header, IsReadOfAKeyPicture) {
  auto bits = Begin(false, true);
  bits.Bits(24, 0x498342);
  bits.Bits(3 + 1, 2);  // color_space, color_range
  bits.Bits(32, 127U << 16U | 95U);
  bits.Flag(false);  // render_and_frame_size_different
  End(bits, 80);
  const auto header = ParseVp9Header(bits.Bytes());
  ASSERT_TRUE(header);
  EXPECT_TRUE(header->key);
  EXPECT_TRUE(header->shown);
  EXPECT_EQ(header->base_q_idx, 80U);
}

TEST(Vp9Header, IsReadOfAPredictedPicture) {
  auto bits = Begin(true, true);
  bits.Bits(2, 0);   // reset_frame_context
  bits.Bits(8, 1);   // refresh_frame_flags
  bits.Bits(12, 0);  // references
  bits.Bits(2, 1);   // found_ref: not the first, but the second
  bits.Flag(true);   // render_and_frame_size_different
  bits.Bits(32, 5);
  bits.Flag(true);   // allow_high_precision_mv
  bits.Flag(false);  // is_filter_switchable
  bits.Bits(2, 0);
  End(bits, 104);
  const auto header = ParseVp9Header(bits.Bytes());
  ASSERT_TRUE(header);
  EXPECT_FALSE(header->key);
  EXPECT_EQ(header->base_q_idx, 104U);
}

TEST(Vp9Header, RefusesWhatIsNone) {
  EXPECT_FALSE(ParseVp9Header({}));
  BitWriter shows_another;
  shows_another.Bits(8, 0b10001000);
  EXPECT_FALSE(ParseVp9Header(shows_another.Bytes()));
  EXPECT_FALSE(ParseVp9Header(Begin(false, true).Bytes()));
}

}  // namespace
}  // namespace vfqual::suites
