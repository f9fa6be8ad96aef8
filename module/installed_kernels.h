// The kernels of a host and where their modules are, on every distribution.
#pragma once

#include <string>
#include <vector>

#include "harness/base/host.h"

namespace vfqual {

// Releases with modules, the oldest first: of /lib/modules; on NixOS those of the system that was booted and of the one
// that is configured now.
std::vector<std::string> InstalledKernels(Host& host);

// What modinfo(8) takes as --basedir: the folder below which lib/modules/RELEASE is. Empty: it is in /lib/modules, or
// nowhere. NixOS: /run/booted-system/kernel-modules and the like (nixpkgs,
// nixos/modules/system/activation/top-level.nix; not run here).
std::string ModuleBase(Host& host, const std::string& release);

// "linux-lts" of /usr/lib/modules/RELEASE/pkgbase, which Arch's kernel packages have; empty elsewhere.
std::string PackageBase(Host& host, const std::string& release);

// NixOS writes /etc/NIXOS (nixos/modules/misc/version.nix).
bool IsNixos(Host& host);

}  // namespace vfqual
