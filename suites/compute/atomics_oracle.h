// Decides whether a device's atomic updates all took place.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vfqual::suites {

inline constexpr std::size_t kAtomicBins = 16;
using AtomicResults = std::array<std::uint32_t, 7 + kAtomicBins>;

// What the kernel `update_atomically` starts from.
AtomicResults AtomicsBefore();

// Nothing, or a sentence that names the first operation whose result is wrong.
std::optional<std::string> AtomicsMismatch(std::span<const std::uint32_t> words, const AtomicResults& got);

}  // namespace vfqual::suites
