#include "suites/h264/nal_unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual::h264 {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using Bytes = std::vector<std::uint8_t>;

TEST(SplitNalUnits, TakesStartCodesOfThreeAndFourBytes) {
  const Bytes stream = {0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 3, 0, 0, 0, 1, 0x65, 4};
  const auto units = SplitNalUnits(stream);
  ASSERT_EQ(units.size(), 3U);
  EXPECT_THAT(units[0], ElementsAre(0x67, 1, 2));
  EXPECT_THAT(units[1], ElementsAre(0x68, 3));
  EXPECT_EQ(TypeOf(units[2]), NalType::kIdrSlice);
  EXPECT_EQ(RefIdcOf(units[2]), 3U);
}

TEST(SplitNalUnits, FindsNothingWithoutStartCode) {
  EXPECT_THAT(SplitNalUnits(Bytes{1, 2, 3}), IsEmpty());
  EXPECT_THAT(SplitNalUnits(Bytes{}), IsEmpty());
}

TEST(AppendNalUnit, PreventsEmulatedStartCodes) {
  Bytes stream;
  AppendNalUnit(stream, 2, NalType::kSlice, Bytes{0, 0, 1, 0, 0, 0, 0, 3});
  EXPECT_THAT(stream, ElementsAre(0, 0, 0, 1, 0x41, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 3));
}

TEST(Payload, UndoesThePrevention) {
  const Bytes payload = {0, 0, 0, 0, 0, 2, 0, 0, 3, 9};
  Bytes stream;
  AppendNalUnit(stream, 3, NalType::kSps, payload);
  const auto units = SplitNalUnits(stream);
  ASSERT_EQ(units.size(), 1U);
  EXPECT_THAT(Payload(units[0]), ElementsAreArray(payload));
}

}  // namespace
}  // namespace vfqual::h264
