#include "module/installed_kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "module/kernel_range.h"

namespace vfqual {

namespace {

// The system that was booted, the one that runs now, and the one that boots next.
constexpr std::array kNixosSystems = {"/run/booted-system/kernel-modules", "/run/current-system/kernel-modules",
                                      "/nix/var/nix/profiles/system/kernel-modules"};

bool IsAt(Host& host, const std::string& path) {
  return host.Exists(path).value_or(false);
}

void AddReleases(Host& host, const std::string& folder, std::vector<std::string>& releases) {
  for (const auto& name : host.List(folder).value_or(std::vector<std::string>())) {
    if (!IsAt(host, fmt::format("{}/{}/modules.dep", folder, name))) continue;
    if (std::ranges::find(releases, name) == releases.end()) releases.push_back(name);
  }
}

}  // namespace

std::vector<std::string> InstalledKernels(Host& host) {
  std::vector<std::string> releases;
  AddReleases(host, "/lib/modules", releases);
  for (const auto* system : kNixosSystems) AddReleases(host, std::string(system) + "/lib/modules", releases);
  std::stable_sort(releases.begin(), releases.end(), KernelVersionLess);
  return releases;
}

std::string ModuleBase(Host& host, const std::string& release) {
  if (IsAt(host, "/lib/modules/" + release)) return {};
  for (const auto* system : kNixosSystems) {
    if (IsAt(host, fmt::format("{}/lib/modules/{}", system, release))) return system;
  }
  return {};
}

std::string PackageBase(Host& host, const std::string& release) {
  auto base = host.ReadTrimmed(fmt::format("/usr/lib/modules/{}/pkgbase", release)).value_or("");
  const bool plain = !base.empty() && base.front() != '-' && std::ranges::all_of(base, [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '-' || letter == '_' || letter == '+' || letter == '@';
  });
  return plain ? base : std::string();
}

bool IsNixos(Host& host) {
  return IsAt(host, "/etc/NIXOS");
}

}  // namespace vfqual
