#include "suites/compute/memory_pattern.h"

#include <fmt/format.h>

#include <algorithm>

namespace vfqual::suites {
namespace {

constexpr std::size_t kLargestPiece = std::size_t{1} << 30U;  // the kernels count its words with 32 bits

}  // namespace

std::uint32_t PatternWord(std::uint32_t seed, std::uint32_t index) {
  std::uint32_t word = index * 0x9e3779b1U + seed;
  word = (word ^ (word >> 15U)) * 0x85ebca77U;
  return word ^ (word >> 13U);
}

std::vector<std::size_t> PlanPieces(std::size_t bytes, std::size_t largest_bytes) {
  const std::size_t largest = std::min(largest_bytes, kLargestPiece) / kMemoryBlockBytes * kMemoryBlockBytes;
  std::vector<std::size_t> pieces;
  if (largest == 0) return pieces;
  std::size_t left = bytes / kMemoryBlockBytes * kMemoryBlockBytes;
  while (left > 0) {
    pieces.push_back(std::min(left, largest));
    left -= pieces.back();
  }
  return pieces;
}

std::optional<std::string> FirstPatternMismatch(std::uint32_t seed, std::uint32_t first_index,
                                                std::span<const std::uint32_t> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto index = first_index + static_cast<std::uint32_t>(i);
    const auto expected = PatternWord(seed, index);
    if (words[i] != expected) {
      return fmt::format("the word at byte {:#x} is {:#010x}, {:#010x} was written", std::uint64_t{index} * 4, words[i],
                         expected);
    }
  }
  return std::nullopt;
}

}  // namespace vfqual::suites
