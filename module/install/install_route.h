// How a module gets onto a host: the ways that its users install it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace vfqual {

enum class InstallRoute : std::uint8_t { kDpkg, kPacman, kDkms, kNixos };

std::string_view Word(InstallRoute route);  // "dpkg", "pacman", "dkms", "nixos"

// Whether a package manager installs it.
inline bool IsPackageRoute(InstallRoute route) {
  return route == InstallRoute::kDpkg || route == InstallRoute::kPacman;
}

// `asked` as --route takes it; empty: by the file's name: a .deb by dpkg, .pkg.tar.* by pacman, anything else by DKMS.
// A package that the route does not take is kInput.
Result<InstallRoute> ChooseRoute(const std::string& asked, const std::string& source);

}  // namespace vfqual
