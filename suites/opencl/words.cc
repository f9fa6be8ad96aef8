#include "suites/opencl/words.h"

#include <numeric>

namespace vfqual::opencl {

std::vector<std::uint32_t> IncompressibleWords(std::size_t count, std::uint32_t seed) {
  std::vector<std::uint32_t> words(count);
  // Never 0, and far apart for neighbouring seeds.
  std::uint64_t state = (std::uint64_t{seed} + 1) * 0x9e3779b97f4a7c15U;
  for (auto& word : words) {  // xorshift64*, cheap enough for an emulated CPU
    state ^= state >> 12U;
    state ^= state << 25U;
    state ^= state >> 27U;
    word = static_cast<std::uint32_t>((state * 0x2545f4914f6cdd1dU) >> 32U);
  }
  return words;
}

std::uint32_t WordSum(std::span<const std::uint32_t> words) {
  return std::accumulate(words.begin(), words.end(), 0U);
}

}  // namespace vfqual::opencl
