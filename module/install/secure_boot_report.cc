#include "module/install/secure_boot_report.h"

#include <fmt/format.h>

namespace vfqual {

namespace {

using Json = nlohmann::ordered_json;
using secure_boot::Certificate;
using secure_boot::KnownCertificate;

template <class T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json KeysJson(const std::vector<Certificate>& certificates) {
  Json keys = Json::array();
  for (const auto& certificate : certificates) {
    keys.push_back({{"subject", certificate.subject},
                    {"serial", certificate.serial_hex},
                    {"key_id", certificate.key_id_hex},
                    {"sha1", certificate.sha1_hex}});
  }
  return keys;
}

const KnownCertificate* MachineCertificate(const secure_boot::JudgedHost& host) {
  for (const auto& known : host.known) {
    if (known.path == host.machine_key.certificate) return &known;
  }
  return nullptr;
}

std::string MachineKeyLine(const secure_boot::JudgedHost& host, const secure_boot::KernelPolicy& policy) {
  const auto& machine = host.machine_key;
  const auto* const known = MachineCertificate(host);
  if (known == nullptr) {
    return fmt::format("DKMS key     {}: {} ({})", machine.certificate,
                       machine.certificate_exists ? "cannot be read" : "there is none; dkms generate_mok makes one",
                       machine.told_by);
  }
  const auto trust = secure_boot::TrustOf(host, policy, known->certificate);
  return fmt::format("DKMS key     {} ({}, SHA-1 {}): {}{}", machine.certificate, known->certificate.subject,
                     known->certificate.sha1_hex, trust.why,
                     machine.key_exists ? "" : "; its private key is not there: " + machine.key);
}

void AddKeyLines(const char* where, const std::vector<Certificate>& certificates, std::vector<std::string>& lines) {
  for (const auto& certificate : certificates) {
    lines.push_back(fmt::format("{:<12} {} (SHA-1 {})", where, certificate.subject, certificate.sha1_hex));
  }
}

void AddKernelLines(const ModuleStatus& status, const KernelStatus& kernel, std::vector<std::string>& lines) {
  const auto enforcement = secure_boot::EnforcementOf(status.secure_boot.state, kernel.policy, kernel.running);
  lines.push_back(fmt::format("{}{}: {}", kernel.release, kernel.running ? " (running)" : "", enforcement.why));
  for (std::size_t index = 0; index < kernel.modules.size(); ++index) {
    const auto& next = kernel.modules[index];
    if (next.path.empty()) {
      lines.push_back(fmt::format("    {}: no such module", status.modules[index]));
      continue;
    }
    lines.push_back(fmt::format("    {} {}", next.path, secure_boot::OneLine(next.signature)));
    if (!next.signature.fix.empty()) lines.push_back("      fix: " + next.signature.fix);
  }
}

}  // namespace

Json SecureBootJson(const ModuleStatus& status) {
  const auto& host = status.secure_boot;
  const auto& state = host.state;
  Json json = {{"schema", "vfqual/secure-boot/1"},
               {"efi", state.efi},
               {"secure_boot", OrNull(state.secure_boot)},
               {"setup_mode", OrNull(state.setup_mode)},
               {"shim", state.shim},
               {"shim_validation_off", state.shim_validation_off},
               {"lockdown", state.lockdown},
               {"sig_enforce", OrNull(state.sig_enforce)},
               {"unreadable", state.unreadable},
               {"machine_key",
                {{"key", host.machine_key.key},
                 {"certificate", host.machine_key.certificate},
                 {"told_by", host.machine_key.told_by},
                 {"key_exists", host.machine_key.key_exists},
                 {"certificate_exists", host.machine_key.certificate_exists}}},
               {"mok", KeysJson(state.mok)},
               {"mok_new", KeysJson(state.mok_new)},
               {"db", KeysJson(state.db)},
               {"kernel_keys", Json::array()},
               {"kernels", Json::array()}};
  for (const auto& key : state.kernel_keys) json["kernel_keys"].push_back({{"name", key.name}, {"key_id", key.id_hex}});
  for (const auto& kernel : status.kernels) {
    const auto enforcement = secure_boot::EnforcementOf(state, kernel.policy, kernel.running);
    Json modules = Json::array();
    for (std::size_t index = 0; index < kernel.modules.size(); ++index) {
      modules.push_back({{"name", status.modules[index]},
                         {"path", kernel.modules[index].path},
                         {"signature", secure_boot::ToJson(kernel.modules[index].signature)}});
    }
    json["kernels"].push_back({{"release", kernel.release},
                               {"running", kernel.running},
                               {"config", kernel.policy.config_file},
                               {"enforces", enforcement.enforced},
                               {"why", enforcement.why},
                               {"trusts_platform", OrNull(kernel.policy.trusts_platform)},
                               {"modules", modules}});
  }
  return json;
}

std::vector<std::string> SecureBootLines(const ModuleStatus& status) {
  const auto& host = status.secure_boot;
  const auto& state = host.state;
  std::vector<std::string> lines = {"Secure Boot  " + state.Describe()};
  if (!state.lockdown.empty()) lines.push_back("lockdown     " + state.lockdown);
  for (const auto& what : state.unreadable) lines.push_back("unreadable   " + what);
  secure_boot::KernelPolicy policy;
  for (const auto& kernel : status.kernels) {
    if (kernel.running) policy = kernel.policy;
  }
  lines.push_back(MachineKeyLine(host, policy));
  AddKeyLines("enrolled", state.mok, lines);
  AddKeyLines("to enrol", state.mok_new, lines);
  AddKeyLines("db", state.db, lines);
  for (const auto& key : state.kernel_keys) lines.push_back(fmt::format("{:<12} {}", "kernel holds", key.name));
  for (const auto& kernel : status.kernels) AddKernelLines(status, kernel, lines);
  return lines;
}

}  // namespace vfqual
