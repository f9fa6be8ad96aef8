// Decides whether a device's reduction is right.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vfqual::suites {

// What a work-group of the kernel `reduce` leaves, in this order.
struct Reduction {
  std::uint32_t sum = 0;  // modulo 2^32
  std::uint32_t smallest = UINT32_MAX;
  std::uint32_t largest = 0;
  std::uint32_t count = 0;
};

// Nothing, or a sentence about what `groups` together have wrong.
std::optional<std::string> ReductionMismatch(std::span<const std::uint32_t> words, std::span<const Reduction> groups);

}  // namespace vfqual::suites
