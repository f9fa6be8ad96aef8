// A pattern that differs in every word of the device's memory, and how much memory to fill with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vfqual::suites {

// What 64 work-items with 16 vectors each write.
inline constexpr std::size_t kMemoryBlockBytes = std::size_t{64} * 16 * 16;

// The word that the kernels fill_pattern and check_pattern expect at `index` of a piece with this seed.
std::uint32_t PatternWord(std::uint32_t seed, std::uint32_t index);

// `bytes` (rounded down to whole blocks) in pieces of at most `largest_bytes` and 1 GiB.
std::vector<std::size_t> PlanPieces(std::size_t bytes, std::size_t largest_bytes);

// Nothing, or a sentence about the first of the words, which begin at `first_index` of the piece.
std::optional<std::string> FirstPatternMismatch(std::uint32_t seed, std::uint32_t first_index,
                                                std::span<const std::uint32_t> words);

}  // namespace vfqual::suites
