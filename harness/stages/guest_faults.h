// How the lab's guest faults (harness/plan/guest_fault.h) are made. Each is real in the guest: the driver's folder is
// empty, the driver does crash, the device file does have that mode.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace vfqual {

struct GuestFaultMaking {
  std::vector<std::string> argv;  // run in the guest once the module is loaded; empty: nothing
  std::vector<std::pair<std::string, std::string>> environment;  // of the programs in the guest
  std::vector<std::string> media_prefix;                         // before suite_media's argv
  std::vector<std::string> compute_arguments;                    // of suite_compute
};

// Nothing of it for "".
GuestFaultMaking MakingOf(const std::string& fault);

}  // namespace vfqual
