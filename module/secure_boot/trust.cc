#include "module/secure_boot/trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace vfqual::secure_boot {

namespace {

bool Holds(const std::vector<Certificate>& list, const Certificate& wanted) {
  return std::any_of(list.begin(), list.end(), [&](const Certificate& each) { return each.der == wanted.der; });
}

// "module.sig_enforce" and "lockdown=integrity" (Documentation/admin-guide/kernel-parameters.txt).
std::string EnforcingOption(const std::string& command_line) {
  std::istringstream words(command_line);
  for (std::string word; words >> word;) {
    if (word == "module.sig_enforce" || word == "module.sig_enforce=1" || word == "module.sig_enforce=Y" ||
        word == "lockdown=integrity" || word == "lockdown=confidentiality") {
      return word;
    }
  }
  return {};
}

Trust PlatformTrust(const KernelPolicy& policy, const std::string& where) {
  if (!policy.trusts_platform) {
    return {Answer::kUnknown,
            where + "; whether this distribution's kernel takes keys of .platform for modules is not known here"};
  }
  if (*policy.trusts_platform) return {Answer::kLoads, where};
  return {Answer::kRejected, where + ", but this kernel does not take keys of .platform for modules"};
}

}  // namespace

std::string_view Word(Answer answer) {
  switch (answer) {
    case Answer::kLoads:
      return "loads";
    case Answer::kTaints:
      return "loads but taints";
    case Answer::kRejected:
      return "will be rejected";
    case Answer::kUnknown:
      return "unknown";
  }
  return "unknown";
}

Enforcement EnforcementOf(const SecureBootState& state, const KernelPolicy& policy, bool running) {
  if (!policy.checks_signatures) return {false, "this kernel looks at no signatures"};
  if (policy.always_enforces) return {true, "this kernel always enforces signatures (CONFIG_MODULE_SIG_FORCE)"};
  if (running && state.sig_enforce.value_or(false)) return {true, "the kernel enforces signatures (sig_enforce is Y)"};
  if (running && !state.lockdown.empty() && state.lockdown != "none") {
    return {true, fmt::format("the kernel is locked down ({})", state.lockdown)};
  }
  if (const auto option = EnforcingOption(state.command_line); !option.empty()) {
    return {true, fmt::format("'{}' is on the kernel's command line", option)};
  }
  if (!state.IsOn()) return {false, fmt::format("nothing enforces signatures (Secure Boot: {})", state.Describe())};
  if (running && state.sig_enforce && state.lockdown == "none") {
    return {false, "Secure Boot is on, but this kernel enforces nothing (sig_enforce N, lockdown none)"};
  }
  if (!policy.enforces_by_secure_boot) {
    return {true, "Secure Boot is on, and this kernel's configuration is not there to tell that it does not care"};
  }
  if (*policy.enforces_by_secure_boot) return {true, "Secure Boot is on, and this kernel enforces signatures then"};
  return {false, "Secure Boot is on, but this kernel was not built to enforce signatures then"};
}

JudgedHost ReadJudgedHost(Host& host) {
  JudgedHost judged;
  judged.state = ReadState(host);
  judged.machine_key = FindMachineKey(host);
  judged.running = host.ReadTrimmed("/proc/sys/kernel/osrelease").value_or("");
  for (const auto& path : {judged.machine_key.certificate, std::string("/var/lib/dkms/mok.pub"),
                           std::string("/var/lib/shim-signed/mok/MOK.der")}) {
    const auto seen = [&path](const KnownCertificate& each) { return each.path == path; };
    if (std::any_of(judged.known.begin(), judged.known.end(), seen)) continue;
    const auto bytes = host.Read(path);
    if (!bytes) continue;
    if (auto certificate = ParseCertificate(*bytes, path)) {
      judged.known.push_back({std::move(*certificate), path});
    } else {
      judged.state.unreadable.push_back(certificate.error().what);
    }
  }
  for (const auto* list : {&judged.state.mok, &judged.state.mok_new, &judged.state.db}) {
    for (const auto& certificate : *list) judged.known.push_back({certificate, {}});
  }
  return judged;
}

Trust TrustOf(const JudgedHost& host, const KernelPolicy& policy, const Certificate& certificate) {
  const auto& state = host.state;
  const bool in_mok = Holds(state.mok, certificate);
  const bool in_db = Holds(state.db, certificate);
  const auto& id = certificate.key_id_hex.empty() ? certificate.serial_hex : certificate.key_id_hex;
  const bool in_kernel = std::any_of(state.kernel_keys.begin(), state.kernel_keys.end(),
                                     [&id](const KernelKey& key) { return key.id_hex == id; });
  if (in_mok && state.mok_is_trusted && policy.machine_keyring.value_or(false)) {
    return {Answer::kLoads, "enrolled as a machine owner key (.machine)"};
  }
  if (in_mok) return PlatformTrust(policy, "enrolled as a machine owner key (.platform)");
  if (in_db) return PlatformTrust(policy, "in the firmware's db (.platform)");
  if (in_kernel && host.running == policy.release) return {Answer::kLoads, "one of the kernel's own keys"};
  if (Holds(state.mok_new, certificate)) {
    return {Answer::kRejected, "its enrolment was asked for, and waits for the next boot"};
  }
  return {Answer::kRejected, "that key is not enrolled"};
}

std::string EnrolFix(const SecureBootState& state, const Certificate& certificate, const std::string& path) {
  if (Holds(state.mok_new, certificate)) {
    return "reboot, and choose 'Enroll MOK' on the blue screen (MokManager) with the password that was given";
  }
  if (!state.shim && state.efi && state.secure_boot) {
    return fmt::format(
        "enrol {} in the firmware's db, in its set-up menu: this host does not boot by shim, so mokutil "
        "cannot",
        path);
  }
  return fmt::format("mokutil --import {}, give it a password, reboot, and choose 'Enroll MOK' on the blue screen",
                     path);
}

}  // namespace vfqual::secure_boot
