#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "module/dkms_module.h"
#include "module/install/initramfs_refresh.h"
#include "module/install/install.h"
#include "module/install/module_status.h"
#include "module/installed_kernels.h"

namespace vfqual {

namespace {

Result<std::string> Ask(Host& host, std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  command.environment = {{"LC_ALL", "C"}};
  VFQUAL_TRY(auto completed, host.Run(command), "");
  if (!completed.Ok()) return Fail(completed.Describe());
  while (!completed.out.empty() && completed.out.back() == '\n') completed.out.pop_back();
  return completed.out;
}

Status ReadPackage(Host& host, InstallPlan& plan) {
  const auto& file = plan.request.package;
  const bool deb = plan.request.route == InstallRoute::kDpkg;
  const auto shown = deb ? Ask(host, {"dpkg-deb", "--show", "--showformat=${Package} ${Version}", file})
                         : Ask(host, {"pacman", "--query", "--file", file});
  if (!shown) return FailInput(fmt::format("{} is no package: {}", file, shown.error().Message()));
  const auto space = shown->find(' ');
  plan.package_name = shown->substr(0, space);
  plan.package_version = space == std::string::npos ? "" : shown->substr(space + 1);
  return {};
}

// A kernel's headers, or nothing can be built for it.
Status CheckHeaders(Host& host, const std::string& release) {
  VFQUAL_TRY(const bool there, host.Exists("/lib/modules/" + release), "");
  if (!there && host.ReadTrimmed("/proc/sys/kernel/osrelease").value_or("") == release &&
      !InstalledKernels(host).empty()) {
    // pacman takes the old kernel's modules away under the kernel that runs.
    return Fail(fmt::format("the modules of the running kernel {} are gone: it was upgraded or removed", release),
                "reboot into the kernel that is installed, then install again");
  }
  if (!there) {
    return FailInput(fmt::format("the kernel {} is not installed", release),
                     "vfqual module status lists those that are");
  }
  VFQUAL_TRY(const bool headers, host.Exists("/lib/modules/" + release + "/build/Makefile"), "");
  if (headers) return {};
  if (const auto base = PackageBase(host, release); !base.empty()) {
    return Fail(fmt::format("the headers of the kernel {} are not installed", release),
                fmt::format("pacman -S {}-headers", base));
  }
  return Fail(fmt::format("the headers of the kernel {} are not installed", release),
              fmt::format("apt install linux-headers-{0} (Debian, Ubuntu), proxmox-headers-{0} (Proxmox VE), or "
                          "pacman -S linux-headers (Arch)",
                          release));
}

// The same name in DKMS or as a package: what is there is removed by its owner first, never replaced unseen.
Status CheckFree(Host& host, const InstallPlan& plan) {
  VFQUAL_TRY(const auto status, ReadModuleStatus(host, plan.request.conf.modules), "");
  for (const auto& package : status.packages) {
    if (package.name != plan.package_name && package.name != plan.request.conf.name) continue;
    return FailInput(fmt::format("{} {} is installed already, by {}", package.name, package.version, package.manager),
                     "vfqual module remove " + package.name);
  }
  for (const auto& entry : status.dkms) {
    if (entry.name != plan.request.conf.name) continue;
    return FailInput(fmt::format("{}/{} is in DKMS already ({})", entry.name, entry.version, entry.state),
                     "vfqual module remove " + entry.name);
  }
  if (IsPackageRoute(plan.request.route)) return {};
  return CheckNotInDkms(host, {plan.request.folder, plan.request.conf});
}

}  // namespace

Result<InstallPlan> PrepareInstall(Host& host, const InstallRequest& request) {
  if (IsNixos(host)) {
    return FailInput("this is NixOS: its modules come from its configuration, not by DKMS or a package",
                     "vfqual module install SOURCE --route nixos prints what to import");
  }
  InstallPlan plan;
  plan.request = request;
  plan.kernels = request.kernels;
  if (IsPackageRoute(request.route)) VFQUAL_CHECK(ReadPackage(host, plan), "");
  if (plan.kernels.empty()) {
    VFQUAL_TRY(const auto running, host.ReadTrimmed("/proc/sys/kernel/osrelease"), "");
    plan.kernels.push_back(running);
  }
  if (!Ask(host, {"dkms", "--version"})) {
    return Fail("there is no dkms on this host",
                "apt install dkms (Debian, Ubuntu, Proxmox VE) or pacman -S dkms (Arch)");
  }
  for (const auto& release : plan.kernels) VFQUAL_CHECK(CheckHeaders(host, release), "");
  VFQUAL_CHECK(CheckFree(host, plan), "");
  // Where there is no tool for it, Arch's and Fedora's own hooks make it.
  for (const auto& release : plan.kernels) {
    static_cast<void>(AddRefresh(host, request.conf.modules, release, plan.refresh));
  }
  return plan;
}

}  // namespace vfqual
