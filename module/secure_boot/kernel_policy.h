// What a kernel was built to do with module signatures, from its configuration.
#pragma once

#include <optional>
#include <string>

#include "harness/base/host.h"

namespace vfqual::secure_boot {

struct KernelPolicy {
  std::string release;
  std::string config_file;        // empty: none was found, and the rest is what most kernels are
  bool checks_signatures = true;  // CONFIG_MODULE_SIG
  bool always_enforces = false;   // CONFIG_MODULE_SIG_FORCE
  // Secure Boot alone makes it refuse modules: CONFIG_LOCK_DOWN_IN_EFI_SECURE_BOOT (a patch that Debian, Ubuntu and
  // Fedora carry), or CONFIG_IMA_ARCH_POLICY (security/integrity/ima/ima_efi.c). Nothing: not known.
  std::optional<bool> enforces_by_secure_boot;
  std::optional<bool> machine_keyring;  // CONFIG_INTEGRITY_MACHINE_KEYRING: since 5.18, MOKs count as the kernel's own
  // Whether a module may be signed by a key of .platform (db, and MOKs without .machine). Mainline says no
  // (kernel/module/signing.c: VERIFY_USE_SECONDARY_KEYRING); "KEYS: Make use of platform keyring for module signature
  // verify" is carried by Fedora and Debian (bugs.debian.org/935945, /1030200). Nothing: not known of this
  // distribution.
  std::optional<bool> trusts_platform;
  std::string digest = "sha256";  // CONFIG_MODULE_SIG_HASH: certainly built in
};

// `config` as in /boot/config-RELEASE; `os_release` as in os-release(5) of the kernel's distribution. Pure.
KernelPolicy ParseKernelPolicy(const std::string& release, const std::string& config, const std::string& os_release);

KernelPolicy ReadKernelPolicy(Host& host, const std::string& release);

}  // namespace vfqual::secure_boot
