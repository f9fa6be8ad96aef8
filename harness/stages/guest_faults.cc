#include "harness/stages/guest_faults.h"

#include <map>

namespace vfqual {

namespace {

// In place of the folder's content, as long as the guest runs.
std::vector<std::string> Empty(const char* folder) {
  return {"mount", "-t", "tmpfs", "-o", "mode=755", "none", folder};
}

// The guest's device manager sets the mode a moment after the driver has made the node: this must come later.
constexpr const char* kCloseNode = R"sh(tries=0
until [ "$(stat -c %a "$1")" = 660 ] || [ $tries -ge 100 ];
do tries = $((tries + 1));
usleep 50000; done
exec chmod 600 "$1")sh";

GuestFaultMaking VaFault(const char* fault) {
  return {{}, {{"VFQUAL_LAB_VA_FAULT", fault}}, {}, {}};
}

GuestFaultMaking ComputeFault(const char* fault) {
  return {{}, {}, {}, {std::string("--fault=") + fault}};
}

}  // namespace

GuestFaultMaking MakingOf(const std::string& fault) {
  static const std::map<std::string, GuestFaultMaking> kMakings = {
      {"guest-no-va-driver", {Empty("/run/vfqual/va"), {}, {}, {}}},
      {"guest-no-icd", {Empty("/etc/OpenCL/vendors"), {}, {}, {}}},
      {"guest-va-crash", VaFault("crash_at_init")},
      {"guest-va-hang", VaFault("hang_at_init")},
      {"guest-closed-render-node", {{"sh", "-c", kCloseNode, "sh", "/dev/dri/renderD128"}, {}, {}, {}}},
      {"guest-forbidden-render-node",
       {{}, {}, {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"}, {}}},
      {"guest-flipped-bit", VaFault("flipped_bit")},
      {"guest-dropped-frame", VaFault("dropped_frame")},
      {"guest-wrong-qp", VaFault("wrong_qp")},
      {"guest-wrong-kernel-result", ComputeFault("matrix")},
      {"guest-swapped-result", ComputeFault("swapped_result")},
  };
  const auto found = kMakings.find(fault);
  return found == kMakings.end() ? GuestFaultMaking() : found->second;
}

}  // namespace vfqual
