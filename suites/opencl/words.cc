#include "suites/opencl/words.h"

#include <numeric>

namespace vfqual::opencl {

std::vector<std::uint32_t> IncompressibleWords(std::size_t count) {
  std::vector<std::uint32_t> words(count);
  std::uint64_t state = 0x9e3779b97f4a7c15U;
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
