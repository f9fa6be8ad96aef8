#include "suites/media/stream_facts.h"

#include "suites/media/moving_picture.h"
#include "suites/media/software_encoder.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

Result<StreamFacts> FactsOf(const char* profile) {
  const auto stream =
      EncodeInSoftware({profile, 64, 48, 6}, [](unsigned number) { return MovingPicture(64, 48, number); });
  if (!stream) return Fail(stream.error());
  return ReadStreamFacts(stream->Joined());
}

TEST(ReadStreamFacts, ReadsLibx264sStreams) {
  const auto high = FactsOf("high");
  ASSERT_THAT(high, IsOk());
  EXPECT_EQ(ProfileWords(high->profile_idc, high->constraint_set1), "high (100)");
  EXPECT_THAT(high->slice_qps, SizeIs(12));  // two slices of each picture
  using h264::SliceType;
  EXPECT_THAT(high->picture_types,
              ElementsAre(SliceType::kI, SliceType::kP, SliceType::kB, SliceType::kB, SliceType::kP, SliceType::kB));
  const auto main = FactsOf("main");
  ASSERT_THAT(main, IsOk());
  EXPECT_EQ(ProfileWords(main->profile_idc, main->constraint_set1), "main (77)");
  const auto baseline = FactsOf("baseline");
  ASSERT_THAT(baseline, IsOk());
  EXPECT_EQ(ProfileWords(baseline->profile_idc, baseline->constraint_set1), "constrained baseline (66)");
  EXPECT_THAT(std::vector(baseline->slice_qps.begin() + 2, baseline->slice_qps.end()), Each(28));
}

TEST(ReadStreamFacts, RefusesWhatIsNoStream) {
  EXPECT_THAT(ReadStreamFacts({}), IsError("no slice"));
  const std::vector<std::uint8_t> slice = {0, 0, 1, 0x65, 0x88};
  EXPECT_THAT(ReadStreamFacts(slice), IsError("a slice before its parameter sets"));
}

}  // namespace
}  // namespace vfqual::suites
