#include "suites/compute/matrix_oracle.h"

#include <fmt/format.h>

namespace vfqual::suites {

std::vector<float> ExactFactors(std::span<const std::uint32_t> words) {
  std::vector<float> factors;
  factors.reserve(words.size());
  for (const auto word : words) factors.push_back((static_cast<float>(word % 513U) - 256.0F) / 256.0F);
  return factors;
}

std::optional<std::string> FirstProductMismatch(const MatrixSize& size, std::span<const float> a,
                                                std::span<const float> b, std::span<const float> product) {
  for (std::size_t row = 0; row < size.rows; ++row) {
    for (std::size_t column = 0; column < size.columns; ++column) {
      float expected = 0;
      for (std::size_t k = 0; k < size.inner; ++k) {
        expected += a[row * size.inner + k] * b[k * size.columns + column];
      }
      const float got = product[row * size.columns + column];
      if (got != expected) {
        return fmt::format("row {}, column {} of {} x {} is {}, {} expected", row, column, size.rows, size.columns, got,
                           expected);
      }
    }
  }
  return std::nullopt;
}

}  // namespace vfqual::suites
