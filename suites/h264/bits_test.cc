#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "suites/h264/bit_reader.h"
#include "suites/h264/bit_writer.h"

namespace vfqual::h264 {
namespace {

using testing::ElementsAre;

// The codes of ITU-T H.264, table 9-2: 1, 010, 011, 00100, 00101.
TEST(BitReader, ReadsExpGolombCodes) {
  const std::array<std::uint8_t, 3> bytes = {0b10100110, 0b01000010, 0b10000000};
  BitReader bits(bytes);
  for (std::uint32_t expected = 0; expected < 5; ++expected) EXPECT_EQ(bits.Ue(), expected);
  EXPECT_EQ(bits.Position(), 17U);
  EXPECT_TRUE(bits.Good());
}

TEST(BitReader, MapsSignedCodes) {
  BitWriter writer;
  for (const std::uint32_t code : {0U, 1U, 2U, 3U, 4U}) writer.Ue(code);
  writer.TrailingBits();
  BitReader bits(writer.Bytes());
  for (const std::int32_t expected : {0, 1, -1, 2, -2}) EXPECT_EQ(bits.Se(), expected);
}

TEST(BitReader, IsNotGoodPastTheEnd) {
  const std::array<std::uint8_t, 1> bytes = {0};
  BitReader bits(bytes);
  EXPECT_EQ(bits.Ue(), 0U);
  EXPECT_FALSE(bits.Good());
  EXPECT_EQ(bits.Bits(32), 0U);
}

TEST(BitWriter, WritesWhatTheReaderReads) {
  BitWriter writer;
  for (const std::int32_t value : {0, 5, -7, 1000, -32768}) writer.Se(value);
  writer.Bits(32, 0xdeadbeef);
  writer.TrailingBits();
  BitReader bits(writer.Bytes());
  for (const std::int32_t value : {0, 5, -7, 1000, -32768}) EXPECT_EQ(bits.Se(), value);
  EXPECT_EQ(bits.Bits(32), 0xdeadbeefU);
}

TEST(BitWriter, FillsTheLastByte) {
  BitWriter writer;
  writer.Bits(3, 0b101);
  writer.TrailingBits();
  EXPECT_THAT(writer.Bytes(), ElementsAre(0b10110000));
  BitWriter ones;
  ones.Bits(3, 0);
  ones.Align(true);
  EXPECT_THAT(ones.Bytes(), ElementsAre(0b00011111));
}

TEST(BitWriter, CopiesAcrossBytes) {
  const std::array<std::uint8_t, 3> bytes = {0x12, 0x34, 0x56};
  BitReader from(bytes);
  from.Bits(4);
  BitWriter writer;
  writer.Copy(from, 13);
  writer.Align(false);
  EXPECT_THAT(writer.Bytes(), ElementsAre(0x23, 0x40));
}

}  // namespace
}  // namespace vfqual::h264
