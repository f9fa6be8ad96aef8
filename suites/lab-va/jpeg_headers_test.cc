#include "suites/lab-va/jpeg_headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace vfqual::lab_va {
namespace {

JpegPicture GreyPicture() {
  JpegPicture picture;
  picture.parameters.emplace();
  picture.parameters->picture_width = 0x123;
  picture.parameters->picture_height = 0x45;
  picture.parameters->num_components = 1;
  picture.parameters->components[0] = {1, 2, 1, 3};
  picture.quantisers.emplace();
  picture.quantisers->load_quantiser_table[3] = 1;
  std::fill(std::begin(picture.quantisers->quantiser_table[3]), std::end(picture.quantisers->quantiser_table[3]), 7);
  picture.huffman.emplace();
  picture.huffman->load_huffman_table[1] = 1;
  auto& codes = picture.huffman->huffman_table[1];
  codes.num_dc_codes[1] = 2;
  codes.dc_values[1] = 9;
  codes.num_ac_codes[0] = 1;
  codes.ac_values[0] = 8;
  Slice<VASliceParameterBufferJPEGBaseline> scan;
  scan.parameters.num_components = 1;
  scan.parameters.components[0] = {1, 1, 0};
  scan.bytes = {0xaa, 0xbb};
  picture.scans.push_back(scan);
  return picture;
}

std::vector<std::uint8_t> Expected(const std::vector<std::uint8_t>& before_scan) {
  std::vector<std::uint8_t> file = {0xff, 0xd8, 0xff, 0xdb, 0, 67, 3};
  file.insert(file.end(), 64, 7);
  file.insert(file.end(), {0xff, 0xc0, 0, 11, 8, 0, 0x45, 1, 0x23, 1, 1, 0x21, 3});
  file.insert(file.end(), {0xff, 0xc4, 0, 21, 0x01, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9});
  file.insert(file.end(), {0xff, 0xc4, 0, 20, 0x11, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8});
  file.insert(file.end(), before_scan.begin(), before_scan.end());
  file.insert(file.end(), {0xff, 0xda, 0, 8, 1, 1, 0x10, 0, 63, 0, 0xaa, 0xbb, 0xff, 0xd9});
  return file;
}

TEST(JpegFile, HasTheMarkersOfABaselinePicture) {
  auto picture = GreyPicture();
  EXPECT_EQ(JpegFile(picture), Expected({}));
  picture.scans[0].parameters.restart_interval = 0x102;
  EXPECT_EQ(JpegFile(picture), Expected({0xff, 0xdd, 0, 4, 1, 2}));
}

TEST(JpegFile, RefusesWhatIsImpossible) {
  auto picture = GreyPicture();
  picture.parameters->num_components = 5;
  EXPECT_FALSE(JpegFile(picture));
  picture = GreyPicture();
  std::fill(std::begin(picture.huffman->huffman_table[1].num_dc_codes),
            std::end(picture.huffman->huffman_table[1].num_dc_codes), 255);
  EXPECT_FALSE(JpegFile(picture));
  picture = GreyPicture();
  picture.huffman.reset();
  EXPECT_FALSE(JpegFile(picture));
  picture = GreyPicture();
  picture.scans.clear();
  EXPECT_FALSE(JpegFile(picture));
}

}  // namespace
}  // namespace vfqual::lab_va
