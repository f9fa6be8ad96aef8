#include "suites/lab-va/coded_faults.h"

#include <random>

namespace vfqual::lab_va {

unsigned CodedFaults::RandomLength() const {
  return fault_ == Fault::kNondeterministic && pictures_ == 0 ? 1 + std::random_device()() % 16 : 0;
}

void CodedFaults::Apply(std::vector<std::uint8_t>& coded, std::optional<std::size_t> byte) {
  const std::size_t flipped = byte.value_or(coded.size() / 2);  // amidst an I picture, where every bit counts
  if (fault_ == Fault::kFlippedBit && pictures_ == 0 && flipped < coded.size()) coded[flipped] ^= 0x10U;
  if (fault_ == Fault::kDroppedFrame && pictures_ == kFaultyPicture) coded.clear();
  ++pictures_;
}

}  // namespace vfqual::lab_va
