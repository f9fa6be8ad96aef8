// From the lab's specification to QEMU's command line. Pure.
#pragma once

#include <string>
#include <vector>

#include "harness/lab/lab_spec.h"

namespace vfqual {

// QEMU 7.2 or later. SSH (port 22 of the machine) is forwarded from a free port of 127.0.0.1 that QEMU takes itself:
// ForwardedPort (harness/lab/qmp.h) tells which. QEMU ends when the machine reboots or panics.
std::vector<std::string> QemuArgv(const LabSpec& spec);

// A machine that only shows whether this kernel prints its first message under KVM: no devices but the serial console.
std::vector<std::string> KvmProbeArgv(const std::filesystem::path& kernel, const std::filesystem::path& console_log);

}  // namespace vfqual
