// What a kernel enforces, and which keys it trusts for modules.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/host.h"
#include "module/secure_boot/kernel_policy.h"
#include "module/secure_boot/machine_key.h"
#include "module/secure_boot/state.h"

namespace vfqual::secure_boot {

enum class Answer : std::uint8_t {
  kLoads,
  kTaints,    // loads, and marks the kernel with E (unsigned module)
  kRejected,  // modprobe: "Key was rejected by service"
  kUnknown,   // what would decide it is not known here
};
std::string_view Word(Answer answer);  // "loads", "loads but taints", "will be rejected", "unknown"

// Whether a kernel refuses what is not signed by a key that it trusts.
struct Enforcement {
  bool enforced = false;
  std::string why;
};
// `running`: the kernel is the one that the state is of; for another one it is what its next boot will bring.
Enforcement EnforcementOf(const SecureBootState& state, const KernelPolicy& policy, bool running);

// A certificate that a module may be signed by.
struct KnownCertificate {
  Certificate certificate;
  std::string path;  // on the host; empty: it is known from the firmware's or shim's list only
};

// Where modules of a host are judged: read once for all of them.
struct JudgedHost {
  SecureBootState state;
  MachineKey machine_key;
  std::vector<KnownCertificate> known;
  std::string running;  // uname -r
};
JudgedHost ReadJudgedHost(Host& host);

// Whether the kernel trusts a key for modules: kLoads, kRejected or kUnknown, with the reason.
struct Trust {
  Answer answer = Answer::kRejected;
  std::string why;
};
Trust TrustOf(const JudgedHost& host, const KernelPolicy& policy, const Certificate& certificate);

// What makes this kernel trust the certificate at `path`: commands and key presses, as one sentence.
std::string EnrolFix(const SecureBootState& state, const Certificate& certificate, const std::string& path);

}  // namespace vfqual::secure_boot
