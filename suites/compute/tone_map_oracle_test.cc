#include "suites/compute/tone_map_oracle.h"

#include <gmock/gmock.h>

#include <array>

namespace vfqual::suites {
namespace {

using testing::HasSubstr;
using testing::Optional;

constexpr std::uint16_t Code(unsigned value) {
  return static_cast<std::uint16_t>(value << 6U);
}

// Two blocks side by side. Grey stays grey; the right one is reddish.
constexpr std::array<std::uint16_t, 8> kLuma{Code(64),  Code(940), Code(520), Code(430),
                                             Code(500), Code(723), Code(350), Code(404)};
constexpr std::array<std::uint16_t, 4> kChroma{Code(512), Code(512), Code(470), Code(570)};
constexpr HdrFrame kHdr{.width = 4, .height = 2, .luma = kLuma, .chroma = kChroma, .peak = 10};

// By a separate calculation (in Python, from the recommendations' formulas).
constexpr std::array<std::uint8_t, 8> kRightLuma{16, 235, 118, 83, 132, 235, 53, 73};
constexpr std::array<std::uint8_t, 4> kRightChroma{128, 128, 109, 182};

TEST(FirstToneMapMismatch, TakesTheReference) {
  EXPECT_EQ(FirstToneMapMismatch(kHdr, {.luma = kRightLuma, .chroma = kRightChroma}), std::nullopt);
}

TEST(FirstToneMapMismatch, BitesOnOneStepInAnySample) {
  for (std::size_t i = 0; i < kRightLuma.size(); ++i) {
    for (const int step : {-1, 1}) {
      auto wrong = kRightLuma;
      wrong.at(i) = static_cast<std::uint8_t>(wrong.at(i) + step);
      EXPECT_THAT(FirstToneMapMismatch(kHdr, {.luma = wrong, .chroma = kRightChroma}), Optional(HasSubstr("luma at")))
          << i;
    }
  }
  for (std::size_t i = 0; i < kRightChroma.size(); ++i) {
    auto wrong = kRightChroma;
    wrong.at(i) = static_cast<std::uint8_t>(wrong.at(i) + 1);
    EXPECT_THAT(FirstToneMapMismatch(kHdr, {.luma = kRightLuma, .chroma = wrong}),
                Optional(HasSubstr(i % 2 == 0 ? "Cb at" : "Cr at")));
  }
}

TEST(FirstToneMapMismatch, BitesOnAnotherPeak) {
  auto dimmer = kHdr;
  dimmer.peak = 15;
  EXPECT_NE(FirstToneMapMismatch(dimmer, {.luma = kRightLuma, .chroma = kRightChroma}), std::nullopt);
}

}  // namespace
}  // namespace vfqual::suites
