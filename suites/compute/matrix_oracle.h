// Decides whether a device's matrix product is right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vfqual::suites {

struct MatrixSize {
  std::size_t rows = 0;
  std::size_t inner = 0;
  std::size_t columns = 0;
};

// Multiples of 1/256 in [-1, 1]: a float holds every sum of up to 128 of their products exactly, so that the order of
// the additions and their contraction do not matter. One for each word.
std::vector<float> ExactFactors(std::span<const std::uint32_t> words);

// Row by row; of ExactFactors with at most 128 columns in `a`. Nothing, or a sentence about the first wrong element.
std::optional<std::string> FirstProductMismatch(const MatrixSize& size, std::span<const float> a,
                                                std::span<const float> b, std::span<const float> product);

}  // namespace vfqual::suites
