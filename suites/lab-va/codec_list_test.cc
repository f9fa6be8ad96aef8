#include "suites/lab-va/codec_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual::lab_va {
namespace {

std::string NamesOf(std::string_view words) {
  const auto parsed = ParseCodecs(words, BuiltCodecs());
  if (const auto* const error = std::get_if<std::string>(&parsed)) return *error;
  std::string names;
  for (const Codec* const codec : std::get<0>(parsed)) (names += codec->name) += ' ';
  return names;
}

TEST(ParseCodecs, TakesThemInAnyOrder) {
  EXPECT_EQ(NamesOf("h264"), "h264 ");
  EXPECT_EQ(NamesOf("vp9,h264,mpeg2"), "vp9 h264 mpeg2 ");
}

TEST(ParseCodecs, NamesWhatIsWrong) {
  EXPECT_EQ(NamesOf("h264,av1"),
            "VFQUAL_LAB_VA_CODECS=h264,av1: 'av1' is no codec of this driver, which has h264,hevc,vp9,jpeg,mpeg2");
  EXPECT_THAT(NamesOf("H264"), testing::HasSubstr("'H264' is no codec"));
  EXPECT_THAT(NamesOf(""), testing::HasSubstr("'' is no codec"));
  EXPECT_THAT(NamesOf("h264,"), testing::HasSubstr("'' is no codec"));
  EXPECT_THAT(NamesOf("jpeg,h264,jpeg"), testing::HasSubstr("'jpeg' stands there twice"));
}

}  // namespace
}  // namespace vfqual::lab_va
