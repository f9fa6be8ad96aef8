#include "harness/plan/guest_fault.h"

#include <algorithm>

namespace vfqual {

const std::vector<GuestFault>& GuestFaults() {
  static const std::vector<GuestFault> kFaults = {
      {"guest-no-va-driver", "no VA driver"},
      {"guest-no-icd", "no OpenCL driver"},
      {"guest-va-crash", "the VA driver crashes as it starts"},
      {"guest-va-hang", "the VA driver hangs as it starts"},
      {"guest-closed-render-node", "nobody but root may open the render node"},
      {"guest-forbidden-render-node", "media runs as a user outside of the group render"},
      {"guest-flipped-bit", "a bit of an encoded picture is flipped"},
      {"guest-dropped-frame", "an encoded picture is dropped"},
      {"guest-wrong-qp", "pictures are coded with another QP than asked for"},
      {"guest-wrong-kernel-result", "an OpenCL kernel computes wrong"},
      {"guest-swapped-result", "an OpenCL result is another guest's"},
  };
  return kFaults;
}

bool IsGuestFault(std::string_view name) {
  const auto& faults = GuestFaults();
  return std::any_of(faults.begin(), faults.end(), [&](const GuestFault& fault) { return fault.name == name; });
}

}  // namespace vfqual
