#include "suites/lab-va/mpeg2_headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual::lab_va {
namespace {

using testing::ElementsAre;

Mpeg2Picture Predicted() {
  Mpeg2Picture picture;
  picture.parameters.emplace();
  picture.parameters->horizontal_size = 0x1234;
  picture.parameters->vertical_size = 0x56;
  picture.parameters->picture_coding_type = 2;
  picture.parameters->f_code = 0x12ff;
  picture.parameters->picture_coding_extension.bits.picture_structure = 3;
  picture.parameters->picture_coding_extension.bits.progressive_frame = 1;
  picture.slices.push_back({{}, {0, 0, 1, 1, 0x77}});
  return picture;
}

TEST(Mpeg2Stream, HasTheHeadersOfASequenceAndAPicture) {
  EXPECT_THAT(*Mpeg2Stream(Predicted()),
              ElementsAre(0, 0, 1, 0xb3, 0x23, 0x40, 0x56, 0x15, 0xff, 0xff, 0xe0, 0,  // sequence header
                          0, 0, 1, 0xb5, 0x14, 0x42, 0x80, 0x01, 0, 0,                 // its extension
                          0, 0, 1, 0x00, 0, 0x17, 0xff, 0xfb, 0x80,                    // picture header
                          0, 0, 1, 0xb5, 0x81, 0x2f, 0xf3, 0x01, 0x80,                 // its extension, progressive
                          0, 0, 1, 1, 0x77));
}

TEST(Mpeg2Stream, BringsTheMatricesThatAreLoaded) {
  auto picture = Predicted();
  const auto without = Mpeg2Stream(picture)->size();
  picture.quantisers.emplace();
  picture.quantisers->load_intra_quantiser_matrix = 1;
  picture.quantisers->load_chroma_intra_quantiser_matrix = 1;  // 4:2:0 has none of its own
  EXPECT_EQ(Mpeg2Stream(picture)->size(), without + 64);
}

TEST(Mpeg2Stream, RefusesWhatIsNoSlice) {
  auto picture = Predicted();
  picture.slices[0].bytes = {1, 0x77, 0, 0, 1};
  EXPECT_FALSE(Mpeg2Stream(picture));
  picture.slices.clear();
  EXPECT_FALSE(Mpeg2Stream(picture));
}

}  // namespace
}  // namespace vfqual::lab_va
