// Decides whether a device's a·x + y is right.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace vfqual::suites {

struct SaxpyInput {
  float a = 0;
  std::span<const float> x;
  std::span<const float> y;
};

// OpenCL C lets a compiler contract a·x + y into one fused operation (FP_CONTRACT is on by default), so exactly two
// results are right: rounded once, or after each of the two operations. Nothing, or a sentence about the first element
// that is neither. `result` has as many elements as x and y.
std::optional<std::string> FirstSaxpyMismatch(const SaxpyInput& input, std::span<const float> result);

}  // namespace vfqual::suites
