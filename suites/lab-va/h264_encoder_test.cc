#include "suites/lab-va/h264_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "suites/media/stream_facts.h"

namespace vfqual::lab_va {
namespace {

using h264::SliceType;
using testing::ElementsAre;

// An application that hands pictures over in the order of coding, and waits for the oldest when `in_flight` are handed
// over.
class Application {
 public:
  Application(unsigned b_pictures, std::size_t in_flight, Fault fault = Fault::kNone) : in_flight_(in_flight) {
    EncodeSettings settings;
    settings.width = 64;
    settings.height = 48;
    settings.level_idc = 20;
    settings.log2_max_poc_lsb = 8;
    settings.b_pictures = b_pictures;
    encoder_ = H264Encoder::Make(settings, fault);
  }

  void HandOver(SliceType type, unsigned poc) {
    const Surface surface(64, 48);
    std::fill_n(surface.Luma(), surface.ChromaOffset(), static_cast<std::uint8_t>(40 + 3 * poc));
    EncodePicture picture;
    picture.type = type;
    picture.idr = type == SliceType::kI;
    picture.poc_lsb = poc;
    coded_.push_back(std::make_shared<std::vector<std::uint8_t>>());
    ASSERT_TRUE(encoder_->Encode(surface, picture, coded_.back()));
    if (coded_.size() - waited_ == in_flight_) WaitForOldest();
  }

  // The types of the pictures in the order of coding.
  std::vector<SliceType> End() {
    while (waited_ < coded_.size()) WaitForOldest();
    std::vector<std::uint8_t> stream;
    for (const auto& coded : coded_) stream.insert(stream.end(), coded->begin(), coded->end());
    const auto facts = suites::ReadStreamFacts(stream);
    return facts ? facts->picture_types : std::vector<SliceType>();
  }
  bool EndedEarly() const { return encoder_->Ended(); }

 private:
  void WaitForOldest() {
    if (encoder_->Awaits(coded_[waited_])) {
      ASSERT_TRUE(encoder_->Finish());
    }
    ASSERT_FALSE(coded_[waited_]->empty());
    ++waited_;
  }

  std::size_t in_flight_;
  std::unique_ptr<H264Encoder> encoder_;
  std::vector<SharedBytes> coded_;
  std::size_t waited_ = 0;
};

void HandOverTwoGroups(Application& application) {
  application.HandOver(SliceType::kI, 0);
  for (const unsigned group : {0U, 3U}) {
    application.HandOver(SliceType::kP, group + 3);
    application.HandOver(SliceType::kB, group + 1);
    application.HandOver(SliceType::kB, group + 2);
  }
}

TEST(H264Encoder, CodesBPicturesForWhoHandsOverEnough) {
  Application application(2, 4);
  HandOverTwoGroups(application);
  EXPECT_FALSE(application.EndedEarly()) << "only the end of the stream is waited for";
  EXPECT_THAT(application.End(), ElementsAre(SliceType::kI, SliceType::kP, SliceType::kB, SliceType::kB, SliceType::kP,
                                             SliceType::kB, SliceType::kB));
}

TEST(H264Encoder, GivesPSlicesToWhoWaitsForEachPicture) {
  for (const std::size_t in_flight : {1U, 2U, 3U}) {
    Application application(2, in_flight);
    HandOverTwoGroups(application);
    EXPECT_THAT(application.End(), ElementsAre(SliceType::kI, SliceType::kP, SliceType::kP, SliceType::kP,
                                               SliceType::kP, SliceType::kP, SliceType::kP));
  }
}

TEST(H264Encoder, ASecondIdrPictureFollowsAllBeforeIt) {
  Application application(1, 3);
  application.HandOver(SliceType::kI, 0);
  application.HandOver(SliceType::kP, 2);
  application.HandOver(SliceType::kB, 1);
  application.HandOver(SliceType::kI, 0);
  application.HandOver(SliceType::kP, 2);
  application.HandOver(SliceType::kB, 1);
  EXPECT_THAT(application.End(),
              ElementsAre(SliceType::kI, SliceType::kP, SliceType::kB, SliceType::kI, SliceType::kP, SliceType::kB));
}

}  // namespace
}  // namespace vfqual::lab_va
