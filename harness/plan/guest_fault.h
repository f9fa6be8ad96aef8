// Faults that guests of the lab get on purpose, to see that a run tells them well: what a guest's image can lack, what
// can be wrong with its drivers, and results that are wrong. harness/stages/guest_faults.cc makes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vfqual {

struct GuestFault {
  std::string_view name;
  std::string_view meaning;
};

// All there are, in the order of the help text.
const std::vector<GuestFault>& GuestFaults();

bool IsGuestFault(std::string_view name);

}  // namespace vfqual
