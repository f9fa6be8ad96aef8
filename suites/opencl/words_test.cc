#include "suites/opencl/words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace vfqual::opencl {
namespace {

TEST(WordSum, WrapsAround) {
  EXPECT_EQ(WordSum(std::array<std::uint32_t, 3>{0xffffffffU, 2, 5}), 6U);
}

TEST(WordSum, ChangesWithASingleBit) {
  auto words = IncompressibleWords(1000);
  const auto sum = WordSum(words);
  words[777] ^= 1U;
  EXPECT_NE(WordSum(words), sum);
}

TEST(IncompressibleWords, AreTheSameEachTimeAndAllDifferent) {
  auto words = IncompressibleWords(10000);
  EXPECT_EQ(words, IncompressibleWords(10000));
  EXPECT_NE(words, IncompressibleWords(10000, 1));
  std::sort(words.begin(), words.end());
  const auto equal_neighbours = std::adjacent_find(words.begin(), words.end());
  EXPECT_EQ(equal_neighbours, words.end());
}

}  // namespace
}  // namespace vfqual::opencl
