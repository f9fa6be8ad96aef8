#include "module/secure_boot/kernel_policy.h"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

namespace vfqual::secure_boot {

namespace {

constexpr const char* kRunningConfig = "/proc/config.gz";

std::string Unquoted(const std::string& text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2) : text;
}

std::map<std::string, std::string> Assignments(const std::string& text) {
  std::map<std::string, std::string> values;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos && line.front() != '#')
      values[line.substr(0, equals)] = Unquoted(line.substr(equals + 1));
  }
  return values;
}

// Proxmox VE's system is Debian's, its kernel is Ubuntu's.
std::optional<bool> TrustsPlatform(const std::string& release, const std::string& os_release) {
  if (release.ends_with("-pve")) return std::nullopt;
  const auto id = Assignments(os_release)["ID"];
  if (id == "debian" || id == "fedora") return true;
  if (id == "arch" || id == "nixos") return false;  // they build what kernel.org publishes
  return std::nullopt;
}

bool IsDigest(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char letter) { return std::isalnum(letter) != 0 || letter == '-'; });
}

}  // namespace

KernelPolicy ParseKernelPolicy(const std::string& release, const std::string& config, const std::string& os_release) {
  KernelPolicy policy;
  policy.release = release;
  policy.trusts_platform = TrustsPlatform(release, os_release);
  auto values = Assignments(config);
  const auto is_set = [&values](const char* name) { return values[name] == "y"; };
  // A kernel that loads modules says so; a file that does not is cut short, or no configuration.
  if (!is_set("CONFIG_MODULES")) return policy;
  policy.checks_signatures = is_set("CONFIG_MODULE_SIG");
  policy.always_enforces = is_set("CONFIG_MODULE_SIG_FORCE");
  policy.enforces_by_secure_boot = is_set("CONFIG_LOCK_DOWN_IN_EFI_SECURE_BOOT") || is_set("CONFIG_IMA_ARCH_POLICY");
  policy.machine_keyring = is_set("CONFIG_INTEGRITY_MACHINE_KEYRING");
  if (IsDigest(values["CONFIG_MODULE_SIG_HASH"])) policy.digest = values["CONFIG_MODULE_SIG_HASH"];
  return policy;
}

KernelPolicy ReadKernelPolicy(Host& host, const std::string& release) {
  const auto os_release = host.Read("/etc/os-release").value_or("");
  for (const auto& file : {"/boot/config-" + release, "/lib/modules/" + release + "/config",
                           "/lib/modules/" + release + "/build/.config"}) {
    const auto config = host.Read(file);
    if (!config) continue;
    auto policy = ParseKernelPolicy(release, *config, os_release);
    policy.config_file = file;
    return policy;
  }
  // CONFIG_IKCONFIG_PROC, as Arch and NixOS have it: of the running kernel alone.
  if (host.ReadTrimmed("/proc/sys/kernel/osrelease").value_or("") == release) {
    Command unpack;
    unpack.argv = {"gzip", "-dc", kRunningConfig};
    const auto unpacked = host.Run(unpack);
    if (unpacked && unpacked->Ok()) {
      auto policy = ParseKernelPolicy(release, unpacked->out, os_release);
      policy.config_file = kRunningConfig;
      return policy;
    }
  }
  return ParseKernelPolicy(release, "", os_release);
}

}  // namespace vfqual::secure_boot
