// The key that DKMS signs this host's modules with (dkms(8), "Module signing").
#pragma once

#include <string>

#include "harness/base/host.h"

namespace vfqual::secure_boot {

struct MachineKey {
  std::string key;          // path; the file may be missing
  std::string certificate;  // path
  std::string told_by;      // where the paths are from: a file, "DKMS' default"
  bool key_exists = false;
  bool certificate_exists = false;
};

// What mok_signing_key and mok_certificate of /etc/dkms/framework.conf(.d/*.conf) say; else Ubuntu's
// /var/lib/shim-signed/mok/MOK.{priv,der} where it is there; else /var/lib/dkms/mok.{key,pub}.
MachineKey FindMachineKey(Host& host);

}  // namespace vfqual::secure_boot
