// The lab's VA driver (suites/lab-va/), which guests of the lab load for the stand-in's render node.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/cell/run_context.h"
#include "harness/guest/payload_disk.h"

namespace vfqual {

// Part of what it calls itself (kVendor in suites/lab-va/capabilities.h).
inline constexpr const char* kLabVaVendor = "vfqual lab software driver";

// Nothing on hardware, or where it is not beside the programs.
std::optional<PayloadFile> LabVaDriver(const RunContext& context);

// By which libva finds it on the payload disk, mounted at `payload_folder` in the guest, and beside the programs on the
// host.
std::vector<std::pair<std::string, std::string>> LabVaEnvironment(const std::string& payload_folder);
std::vector<std::pair<std::string, std::string>> LabVaEnvironmentOnHost(const RunContext& context);

}  // namespace vfqual
