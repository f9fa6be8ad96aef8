// What firmware, shim and the running kernel say of Secure Boot, and the keys that they hold.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "module/secure_boot/certificate.h"

namespace vfqual::secure_boot {

// A line of /proc/keys (Documentation/security/keys/core.rst) of the type asymmetric. It does not tell the keyring.
struct KernelKey {
  std::string name;    // "Debian Secure Boot CA": common name of its subject, with the organisation before it
  std::string id_hex;  // the subject key identifier, or the serial number of a certificate without one
};

struct SecureBootState {
  bool efi = false;                     // the kernel was started by UEFI
  std::optional<bool> secure_boot;      // nothing: no such variable, or efivarfs is not mounted
  std::optional<bool> setup_mode;       // no platform key is enrolled
  bool shim = false;                    // shim has left its variables
  bool shim_validation_off = false;     // mokutil --disable-validation; the kernel then takes Secure Boot as off
  bool mok_is_trusted = false;          // MokListTrustedRT: the kernel may take MOKs into .machine
  std::string lockdown;                 // "none", "integrity", "confidentiality"; empty: not told
  std::optional<bool> sig_enforce;      // the parameter of the kernel's module loader
  std::vector<Certificate> mok;         // enrolled machine owner keys
  std::vector<Certificate> mok_new;     // asked for with mokutil --import, and not enrolled yet
  std::vector<Certificate> db;          // the firmware's own
  std::vector<KernelKey> kernel_keys;   // of the running kernel, as far as the caller may see
  std::string command_line;             // of the running kernel
  std::vector<std::string> unreadable;  // what is there and makes no sense, or may not be read

  // Firmware enforces, and shim has not been told not to.
  bool IsOn() const { return secure_boot.value_or(false) && !shim_validation_off; }
  std::string Describe() const;  // "on (UEFI variable SecureBoot)"
};

// The files that it is made of, by their paths on a host.
const std::vector<std::string>& StateFiles();

// From the content of those that are there. Pure.
SecureBootState StateFrom(const std::map<std::string, std::string>& contents);

SecureBootState ReadState(Host& host);

std::vector<KernelKey> ParseProcKeys(const std::string& text);

}  // namespace vfqual::secure_boot
