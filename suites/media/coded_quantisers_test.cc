#include "suites/media/coded_quantisers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suites/media/moving_picture.h"
#include "suites/media/mpeg2_encoder.h"
#include "suites/media/software_encoder.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

using testing::Each;
using testing::SizeIs;

Nv12Picture Source(unsigned number) {
  return MovingPicture(64, 48, number);
}

TEST(CodedQuantisers, AreThoseOfAnH264Stream) {
  const auto stream = EncodeInSoftware({"high", 64, 48, 3, 0}, Source);
  ASSERT_THAT(stream, IsOk());
  const auto coded = CodedQuantisers(AV_CODEC_ID_H264, *stream);
  ASSERT_THAT(coded, IsOk());
  EXPECT_THAT(*coded, SizeIs(6));  // two slices a picture
}

TEST(CodedQuantisers, AreThoseOfAnMpeg2Stream) {
  const auto stream = EncodeMpeg2(64, 48, 5, Source);
  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(stream->pictures, SizeIs(5));
  const auto coded = CodedQuantisers(AV_CODEC_ID_MPEG2VIDEO, *stream);
  ASSERT_THAT(coded, IsOk());
  EXPECT_THAT(*coded, SizeIs(5 * 3));  // a slice for each row of macroblocks
  EXPECT_THAT(std::vector<int>(coded->begin(), coded->begin() + 3), Each(4));
}

TEST(CodedQuantisers, SayWhatCannotBeRead) {
  const EncodedStream nothing{{{0, {0, 0, 1, 0x26, 1, 0x80}}}};
  EXPECT_THAT(CodedQuantisers(AV_CODEC_ID_HEVC, nothing), IsError("a slice before its parameter sets"));
  EXPECT_THAT(CodedQuantisers(AV_CODEC_ID_VP9, nothing), IsError("the header of picture 0 cannot be read"));
}

TEST(CheckConstantQuantiser, NamesTheSlice) {
  EXPECT_THAT(CheckConstantQuantiser({26, 26, 32}, 26, "QP"),
              IsError("slice 2 is coded with QP 32, a constant QP of 26 was asked for"));
  EXPECT_THAT(CheckConstantQuantiser({}, 26, "QP"), IsError("no slice"));
  EXPECT_THAT(CheckConstantQuantiser({26, 26}, 26, "QP"), IsOk());
}

}  // namespace
}  // namespace vfqual::suites
