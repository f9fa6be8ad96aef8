#include "suites/compute/reduction_oracle.h"

#include <fmt/format.h>

#include <algorithm>

namespace vfqual::suites {

std::optional<std::string> ReductionMismatch(std::span<const std::uint32_t> words, std::span<const Reduction> groups) {
  Reduction expected;
  for (const auto word : words) {
    expected.sum += word;
    expected.smallest = std::min(expected.smallest, word);
    expected.largest = std::max(expected.largest, word);
    ++expected.count;
  }
  Reduction got;
  for (const auto& group : groups) {
    got.sum += group.sum;
    got.smallest = std::min(got.smallest, group.smallest);
    got.largest = std::max(got.largest, group.largest);
    got.count += group.count;
  }
  if (got.count != expected.count) return fmt::format("{} words were read, {} expected", got.count, expected.count);
  if (got.sum != expected.sum) return fmt::format("the sum is {:#010x}, {:#010x} expected", got.sum, expected.sum);
  if (got.smallest != expected.smallest) {
    return fmt::format("the smallest word is {:#010x}, {:#010x} expected", got.smallest, expected.smallest);
  }
  if (got.largest != expected.largest) {
    return fmt::format("the largest word is {:#010x}, {:#010x} expected", got.largest, expected.largest);
  }
  return std::nullopt;
}

}  // namespace vfqual::suites
