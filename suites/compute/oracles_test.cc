// Each oracle takes what is right, and bites on what is wrong.
#include <gmock/gmock.h>

#include <array>
#include <cmath>

#include "suites/compute/atomics_oracle.h"
#include "suites/compute/half_oracle.h"
#include "suites/compute/image_oracle.h"
#include "suites/compute/matrix_oracle.h"
#include "suites/compute/memory_pattern.h"
#include "suites/compute/reduction_oracle.h"
#include "suites/compute/timeline_oracle.h"
#include "suites/compute/word_oracle.h"

namespace vfqual::suites {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

using Words = std::vector<std::uint32_t>;

TEST(FirstWordMismatch, NamesTheFirstWrongWord) {
  const Words expected{1, 2, 3};
  EXPECT_EQ(FirstWordMismatch(expected, Words{1, 2, 3}), std::nullopt);
  EXPECT_EQ(FirstWordMismatch(expected, Words{1, 6, 4}), "word 1 of 3 is 0x00000006, 0x00000002 expected");
  EXPECT_EQ(FirstWordMismatch(expected, Words{1, 2}), "2 words, 3 expected");
}

TEST(AfterSteps, DependsOnOrderAndNumber) {
  const std::array<AffineStep, 2> steps{{{.factor = 3, .summand = 1}, {.factor = 0x80000001U, .summand = 5}}};
  EXPECT_THAT(AfterSteps({1, 2}, steps), ElementsAre(9U, 0x8000000cU));
  EXPECT_THAT(AfterSteps({1, 2}, std::array{steps[1], steps[0]}), ElementsAre(0x80000013U, 22U));
  EXPECT_THAT(AfterSteps({1, 2}, std::array{steps[0]}), ElementsAre(4U, 7U));
  EXPECT_THAT(AfterSteps({1, 2}, {}), ElementsAre(1U, 2U));
}

TEST(ReductionMismatch, AddsUpTheGroups) {
  const Words words{5, 0xfffffffeU, 7};
  const Reduction first{.sum = 3, .smallest = 5, .largest = 0xfffffffeU, .count = 2};
  const Reduction second{.sum = 7, .smallest = 7, .largest = 7, .count = 1};
  EXPECT_EQ(ReductionMismatch(words, std::array{first, second}), std::nullopt);
  EXPECT_EQ(ReductionMismatch(words, std::array{first}), "2 words were read, 3 expected");
  auto wrong = second;
  wrong.sum = 8;
  EXPECT_EQ(ReductionMismatch(words, std::array{first, wrong}), "the sum is 0x0000000b, 0x0000000a expected");
  wrong = second;
  wrong.smallest = 4;
  EXPECT_THAT(ReductionMismatch(words, std::array{first, wrong}), Optional(HasSubstr("smallest word is 0x00000004")));
  wrong = second;
  wrong.largest = 0xffffffffU;
  EXPECT_THAT(ReductionMismatch(words, std::array{first, wrong}), Optional(HasSubstr("largest word is 0xffffffff")));
}

TEST(FirstProductMismatch, TakesOnlyTheExactProduct) {
  const MatrixSize size{.rows = 2, .inner = 3, .columns = 1};
  const std::vector<float> a{1, 0.5F, -0.25F, 0, 0.00390625F, 1};
  const std::vector<float> b{0.5F, 1, 1};
  EXPECT_EQ(FirstProductMismatch(size, a, b, std::vector<float>{0.75F, 1.00390625F}), std::nullopt);
  EXPECT_EQ(FirstProductMismatch(size, a, b, std::vector<float>{0.75F, 1}),
            "row 1, column 0 of 2 x 1 is 1, 1.0039062 expected");
  EXPECT_THAT(FirstProductMismatch(size, a, b, std::vector<float>{NAN, 1}), Optional(HasSubstr("row 0, column 0")));
}

TEST(ExactFactors, AreMultiplesOfOneInTwoHundredAndFiftySix) {
  EXPECT_THAT(ExactFactors(Words{0, 257, 512, 513}), ElementsAre(-1.0F, 0.00390625F, 1.0F, -1.0F));
}

TEST(AtomicsMismatch, NamesTheOperation) {
  const Words words{0x12345611, 0x00000300, 0xff000021};
  AtomicResults right{0x11345932, 0x00000300, 0xff000021, 0x00340031, 0xff000000, 0xed345530, 0x00123459 + 0x00ff0000};
  right[3] = (0x12345611 | 0x00000300 | 0xff000021) & 0x00ff00ff;
  right[4] = 0xff00ff00 | (0x12345611 & 0x00000300 & 0xff000021 & 0x00ff00ff);
  right[7] = 1;
  right[8] = 2;
  EXPECT_EQ(AtomicsMismatch(words, right), std::nullopt);
  auto wrong = right;
  wrong[6] -= 0x123456;  // one of the exchanges lost
  EXPECT_EQ(AtomicsMismatch(words, wrong), "atomic_cmpxchg of 3 words gave 0x00ff0003, 0x01113459 expected");
  wrong = right;
  wrong[8] = 1;
  EXPECT_THAT(AtomicsMismatch(words, wrong), Optional(HasSubstr("atomic_inc of bin 1 in local memory")));
  for (std::size_t i = 0; i < right.size(); ++i) {
    wrong = right;
    wrong.at(i) ^= 0x40U;
    EXPECT_NE(AtomicsMismatch(words, wrong), std::nullopt) << i;
  }
}

TEST(HalfBits, AreIeee754) {
  EXPECT_EQ(HalfBits(0), 0x0000);
  EXPECT_EQ(HalfBits(1), 0x3c00);
  EXPECT_EQ(HalfBits(-2), 0xc000);
  EXPECT_EQ(HalfBits(2047), 0x67ff);
  for (const int number : {0, 1, -3, 500, -1001, 2048}) EXPECT_EQ(HalfValue(HalfBits(number)), number);
  EXPECT_EQ(HalfValue(0x3555), 0.333251953125);
  EXPECT_EQ(HalfValue(0x0001), std::ldexp(1, -24));
  EXPECT_EQ(HalfValue(0xfc00), -INFINITY);
  EXPECT_TRUE(std::isnan(HalfValue(0x7e00)));
}

TEST(FirstHalfMismatch, FindsTheLastBit) {
  const auto x = ExactHalves(Words{0, 1000});   // -500, 500
  const auto y = ExactHalves(Words{501, 500});  // 1, 0
  const std::vector<std::uint16_t> right{HalfBits(-1499), HalfBits(1500)};
  EXPECT_EQ(FirstHalfMismatch(3, x, y, right), std::nullopt);
  EXPECT_EQ(FirstHalfMismatch(3, x, y, std::vector<std::uint16_t>{right[0], HalfBits(1501)}),
            "element 1 of 2: 3 * 500 + 0 gave 1501 in half precision, 1500 expected");
  EXPECT_THAT(FirstHalfMismatch(3, x, y, std::vector<std::uint16_t>{0x7e00, right[1]}),
              Optional(HasSubstr("gave nan")));
}

TEST(FirstPixelMismatch, MirrorsMovesAndContinuesTheEdge) {
  const ImageSize size{.width = 3, .height = 2};
  const Words source{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(FirstPixelMismatch(size, {}, source, Words{3, 2, 1, 6, 5, 4}), std::nullopt);
  EXPECT_EQ(FirstPixelMismatch(size, {.x = 1, .y = -1}, source, Words{3, 3, 2, 3, 3, 2}), std::nullopt);
  EXPECT_EQ(FirstPixelMismatch(size, {}, source, Words{3, 2, 1, 6, 4, 5}),
            "the pixel at 1, 1 of 3 x 2 is 0x00000004, 0x00000005 (the source's at 1, 1) expected");
}

constexpr CommandTimes kFirst{.queued = 10, .submitted = 20, .started = 30, .ended = 80};
constexpr CommandTimes kSecondTimes{.queued = 15, .submitted = 25, .started = 80, .ended = 130};

TEST(TimelineProblem, TakesWhatCanBe) {
  EXPECT_EQ(TimelineProblem(std::array{kFirst, kSecondTimes}, {.host_elapsed_ns = 100, .resolution_ns = 1}),
            std::nullopt);
}

TEST(TimelineProblem, BitesOnEachImpossibility) {
  const TimelineBounds bounds{.host_elapsed_ns = 100, .resolution_ns = 1};
  auto wrong = kFirst;
  wrong.ended = 29;
  EXPECT_EQ(TimelineProblem(std::array{wrong}, bounds),
            "command 0 was queued at 10 ns, submitted at 20, started at 30 and ended at 29");
  wrong = kFirst;
  wrong.submitted = 31;
  EXPECT_THAT(TimelineProblem(std::array{wrong}, bounds), Optional(HasSubstr("submitted at 31")));
  EXPECT_EQ(TimelineProblem(std::array{CommandTimes{}}, bounds), "command 0 has no start or no end");
  EXPECT_EQ(TimelineProblem(std::array{kSecondTimes, kFirst}, bounds),
            "in an in-order queue command 1 started at 30 ns, before command 0 ended at 130");
  EXPECT_EQ(TimelineProblem(std::array{kFirst, kSecondTimes}, {.host_elapsed_ns = 80, .resolution_ns = 1}),
            "2 commands ran for 100 ns by the device's clock, and 80 ns by the host's");
}

TEST(PatternWord, DependsOnPlaceAndSeed) {
  EXPECT_NE(PatternWord(1, 0), PatternWord(1, 1));
  EXPECT_NE(PatternWord(1, 0), PatternWord(2, 0));
  EXPECT_NE(PatternWord(1, 5), PatternWord(1, 5 + (1U << 20U)));  // the same place 4 MiB on
}

TEST(PlanPieces, CoversWholeBlocksInAllowedPieces) {
  constexpr std::size_t kMib = std::size_t{1} << 20U;
  EXPECT_THAT(PlanPieces(10 * kMib + 5, 4 * kMib + 7), ElementsAre(4 * kMib, 4 * kMib, 2 * kMib));
  EXPECT_THAT(PlanPieces(3 * 1024 * kMib, 9999 * kMib), ElementsAre(1024 * kMib, 1024 * kMib, 1024 * kMib));
  EXPECT_THAT(PlanPieces(kMib, 0), IsEmpty());
  EXPECT_THAT(PlanPieces(kMemoryBlockBytes - 1, kMib), IsEmpty());
}

TEST(FirstPatternMismatch, TellsThePlace) {
  Words words{PatternWord(7, 4), PatternWord(7, 5), PatternWord(7, 6)};
  EXPECT_EQ(FirstPatternMismatch(7, 4, words), std::nullopt);
  EXPECT_NE(FirstPatternMismatch(7, 5, words), std::nullopt);
  words[1] ^= 0x10000U;
  EXPECT_THAT(FirstPatternMismatch(7, 4, words), Optional(HasSubstr("the word at byte 0x14 is ")));
}

}  // namespace
}  // namespace vfqual::suites
