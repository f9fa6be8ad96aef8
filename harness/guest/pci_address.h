// A PCI address as the kernel prints it: "0000:00:02.1".
#pragma once

#include <string_view>

#include "harness/base/result.h"

namespace vfqual {

struct PciAddress {
  unsigned domain = 0;
  unsigned bus = 0;
  unsigned slot = 0;
  unsigned function = 0;
  friend bool operator==(const PciAddress&, const PciAddress&) = default;
};

// The full form only; error (blame: input) otherwise.
Result<PciAddress> ParsePciAddress(std::string_view text);

}  // namespace vfqual
