#include "suites/lab-va/coded_faults.h"

#include <random>

namespace vfqual::lab_va {

unsigned CodedFaults::RandomLength() const {
  return fault_ == Fault::kNondeterministic && pictures_ == 0 ? 1 + std::random_device()() % 16 : 0;
}

void CodedFaults::Apply(std::vector<std::uint8_t>& coded, std::size_t first_byte) {
  // Amidst an I picture, where every bit counts.
  if (fault_ == Fault::kFlippedBit && pictures_ == 0 && first_byte < coded.size()) {
    coded[first_byte + (coded.size() - first_byte) / 2] ^= 0x10U;
  }
  if (fault_ == Fault::kDroppedFrame && pictures_ == kFaultyPicture) coded.clear();
  ++pictures_;
}

}  // namespace vfqual::lab_va
