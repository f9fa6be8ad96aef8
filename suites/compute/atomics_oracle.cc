#include "suites/compute/atomics_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace vfqual::suites {
namespace {

constexpr std::uint32_t kOrBits = 0x00ff00ff;  // of a word, so that neither result is all ones or all zeros
constexpr std::uint32_t kAndBits = 0xff00ff00;

}  // namespace

AtomicResults AtomicsBefore() {
  return {0, UINT32_MAX, 0, 0, UINT32_MAX};
}

std::optional<std::string> AtomicsMismatch(std::span<const std::uint32_t> words, const AtomicResults& got) {
  auto expected = AtomicsBefore();
  for (const auto word : words) {
    expected[0] += word;
    expected[1] = std::min(expected[1], word);
    expected[2] = std::max(expected[2], word);
    expected[3] |= word & kOrBits;
    expected[4] &= word | kAndBits;
    expected[5] ^= word;
    expected[6] += word >> 8U;
    ++expected[7 + word % kAtomicBins];
  }
  constexpr std::array<std::string_view, 7> kNames{"atomic_add", "atomic_min", "atomic_max",    "atomic_or",
                                                   "atomic_and", "atomic_xor", "atomic_cmpxchg"};
  const auto differing = std::mismatch(expected.begin(), expected.end(), got.begin());
  if (differing.first == expected.end()) return std::nullopt;
  const auto at = static_cast<std::size_t>(differing.first - expected.begin());
  const auto name = at < kNames.size() ? std::string(kNames.at(at))
                                       : fmt::format("atomic_inc of bin {} in local memory", at - kNames.size());
  return fmt::format("{} of {} words gave {:#010x}, {:#010x} expected", name, words.size(), *differing.second,
                     *differing.first);
}

}  // namespace vfqual::suites
