// The faults that hit coded pictures, whatever their codec.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "suites/lab-va/lab_fault.h"

namespace vfqual::lab_va {

// Of one stream.
class CodedFaults {
 public:
  explicit CodedFaults(Fault fault) : fault_(fault) {}

  // Of something without meaning that is to be put into the next picture, another each time; usually 0.
  unsigned RandomLength() const;
  // To each coded picture, in the order of coding. `byte`: where a flipped bit does damage; none: amidst it.
  void Apply(std::vector<std::uint8_t>& coded, std::optional<std::size_t> byte = std::nullopt);

 private:
  Fault fault_;
  int pictures_ = 0;
};

}  // namespace vfqual::lab_va
