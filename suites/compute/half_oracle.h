// Decides whether a device computes right in half precision.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vfqual::suites {

// IEEE 754 binary16, as its bits. HalfBits takes only what a half holds exactly: whole numbers up to 2048.
std::uint16_t HalfBits(int whole_number);
double HalfValue(std::uint16_t bits);

// Small whole numbers, one for each word, for which a * x + y is exact whether it is rounded once or twice.
std::vector<std::uint16_t> ExactHalves(std::span<const std::uint32_t> words);

// a * x + y of ExactHalves and |a| <= 3. Nothing, or a sentence about the first wrong element.
std::optional<std::string> FirstHalfMismatch(double a, std::span<const std::uint16_t> x,
                                             std::span<const std::uint16_t> y, std::span<const std::uint16_t> got);

}  // namespace vfqual::suites
