// Does KVM run this kernel on this machine? The probe, and the memory of its answers.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "harness/base/host.h"
#include "harness/base/result.h"

namespace vfqual {

// What an answer depends on: this boot of this machine, QEMU's version, and the kernel that was tried.
struct ProbeKey {
  std::string boot_id;         // /proc/sys/kernel/random/boot_id
  std::string qemu_version;    // the first line of qemu-system-x86_64 --version
  std::string kernel_release;  // as uname -r prints it
};

// An error when there is no QEMU.
Result<ProbeKey> MakeProbeKey(Host& local, const std::string& kernel_release);

// Nothing: it works. Else why it does not: QEMU's own words, or kSilentUnderKvm.
using KvmTrouble = std::optional<std::string>;

// The answer that takes the whole of the time to find, and so is worth remembering.
inline constexpr const char* kSilentUnderKvm = "the kernel prints nothing under KVM";

// Runs `argv`, which boots a kernel with its console in the file `console`, until the kernel's first line.
Result<KvmTrouble> ProbeUntilFirstLine(const std::vector<std::string>& argv, const std::filesystem::path& console,
                                       std::chrono::milliseconds limit, const std::function<bool()>& cancelled);

// Boots `kernel` under KVM for a few seconds at most.
Result<KvmTrouble> ProbeKvm(const std::filesystem::path& kernel, const std::function<bool()>& cancelled);

// The answers remembered in a folder, one file each. A damaged file counts as none.
std::optional<KvmTrouble> RecallProbe(const std::filesystem::path& folder, const ProbeKey& key);
Status RememberProbe(Host& local, const std::filesystem::path& folder, const ProbeKey& key, const KvmTrouble& trouble);

}  // namespace vfqual
