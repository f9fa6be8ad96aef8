#include "module/install/install_route.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>

namespace vfqual {

namespace {

constexpr std::array kRoutes = {InstallRoute::kDpkg, InstallRoute::kPacman, InstallRoute::kDkms, InstallRoute::kNixos};

InstallRoute RouteOfFile(const std::string& source) {
  const auto name = std::filesystem::path(source).filename().string();
  if (name.ends_with(".deb")) return InstallRoute::kDpkg;
  if (name.find(".pkg.tar.") != std::string::npos) return InstallRoute::kPacman;
  return InstallRoute::kDkms;
}

}  // namespace

std::string_view Word(InstallRoute route) {
  switch (route) {
    case InstallRoute::kDpkg:
      return "dpkg";
    case InstallRoute::kPacman:
      return "pacman";
    case InstallRoute::kDkms:
      return "dkms";
    case InstallRoute::kNixos:
      return "nixos";
  }
  return "dkms";
}

Result<InstallRoute> ChooseRoute(const std::string& asked, const std::string& source) {
  const auto natural = RouteOfFile(source);
  if (asked.empty()) return natural;
  for (const auto route : kRoutes) {
    if (Word(route) != asked) continue;
    const bool needs_package = route == InstallRoute::kDpkg || route == InstallRoute::kPacman;
    if (needs_package && natural != route) {
      return FailInput(fmt::format("--route {}: '{}' is no package for it", asked, source),
                       route == InstallRoute::kDpkg ? "give a .deb" : "give a .pkg.tar.zst");
    }
    return route;
  }
  return FailInput(fmt::format("--route: '{}' is none of dpkg, pacman, dkms, nixos", asked));
}

}  // namespace vfqual
