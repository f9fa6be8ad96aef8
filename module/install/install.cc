#include "module/install/install.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "module/dkms_module.h"
#include "module/install/initramfs_copy.h"
#include "module/install/module_status.h"

namespace vfqual {

namespace {

constexpr std::chrono::minutes kPackageTimeout{90};  // it builds for every kernel there is
constexpr std::chrono::minutes kStepTimeout{45};

using Print = std::function<void(const std::string&)>;

Command Make(std::vector<std::string> argv, std::chrono::milliseconds timeout = kStepTimeout) {
  Command command;
  command.argv = std::move(argv);
  command.timeout = timeout;
  command.max_output_bytes = std::size_t{8} << 20U;
  command.environment = {{"LC_ALL", "C"}, {"DEBIAN_FRONTEND", "noninteractive"}};
  return command;
}

Result<std::string> Ask(Host& host, std::vector<std::string> argv) {
  VFQUAL_TRY(auto completed, host.Run(Make(std::move(argv))), "");
  if (!completed.Ok()) return Fail(completed.Describe());
  while (!completed.out.empty() && completed.out.back() == '\n') completed.out.pop_back();
  return completed.out;
}

bool IsPackage(InstallRoute route) {
  return route == InstallRoute::kDpkg || route == InstallRoute::kPacman;
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
  if (!there) {
    return FailInput(fmt::format("the kernel {} is not installed", release),
                     "vfqual module status lists those that are");
  }
  VFQUAL_TRY(const bool headers, host.Exists("/lib/modules/" + release + "/build/Makefile"), "");
  if (headers) return {};
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
  if (IsPackage(plan.request.route)) return {};
  return CheckNotInDkms(host, {plan.request.folder, plan.request.conf});
}

// Undone in the reverse order: this one is made first, so that the image is made anew when the module is off again.
Status AnnounceRefresh(ChangeLog& changes, const InstallPlan& plan) {
  for (const auto& argv : plan.refresh) {
    VFQUAL_CHECK(changes.Announce("make the initramfs anew", argv.back(), Undo::RunCommand(argv, true)).map([](int) {}),
                 "");
  }
  return {};
}

// What the compiler said, which DKMS keeps in a log that goes with the rest when all is taken back; else what the
// command said.
std::string WhyItFailed(Host& host, const InstallPlan& plan, const Completed& completed) {
  const DkmsModule module{plan.request.folder, plan.request.conf};
  auto first = FirstBuildError(host.Read(module.DkmsTree() + "/build/make.log").value_or(""));
  if (first.empty()) first = FirstBuildError(completed.out + completed.err);
  return first.empty() ? completed.Describe() : first;
}

Status RunStep(Host& host, ChangeLog& changes, const InstallPlan& plan, const std::string& what, const Command& command,
               Undo undo, const Print& print) {
  print(fmt::format("{}: {}", what, fmt::join(command.argv, " ")));
  VFQUAL_TRY(const auto completed, changes.Run(what, command, std::move(undo)), what);
  if (completed.Ok()) return {};
  return FailSubject(fmt::format("{}: {}", what, WhyItFailed(host, plan, completed)));
}

// Whether DKMS has it for the kernel, installed or not.
Result<bool> IsBuilt(Host& host, const InstallPlan& plan, const std::string& release) {
  VFQUAL_TRY(const auto status, ReadModuleStatus(host, plan.request.conf.modules), "");
  return std::any_of(status.dkms.begin(), status.dkms.end(), [&](const DkmsEntry& entry) {
    return entry.name == plan.request.conf.name && entry.kernel == release && entry.state != "added";
  });
}

Status InstallPackage(Host& host, ChangeLog& changes, const InstallPlan& plan, const Print& print) {
  const auto& name = plan.package_name;
  if (plan.request.route == InstallRoute::kDpkg) {
    // What dpkg knows of a package, configured or not (dpkg(1), FILES).
    return RunStep(host, changes, plan, "install the package",
                   Make({"dpkg", "--install", plan.request.package}, kPackageTimeout),
                   Undo::RunCommand({"dpkg", "--purge", "--force-remove-reinstreq", name}, true,
                                    fmt::format("/var/lib/dpkg/info/{}.list", name)),
                   print);
  }
  return RunStep(host, changes, plan, "install the package",
                 Make({"pacman", "--upgrade", "--noconfirm", plan.request.package}, kPackageTimeout),
                 Undo::RunCommand({"pacman", "--remove", "--noconfirm", name}, true,
                                  fmt::format("/var/lib/pacman/local/{}-{}", name, plan.package_version)),
                 print);
}

// As the project documents it (README of strongtz/i915-sriov-dkms): `dkms add .`, then `dkms install … --force`. The
// force is needed only where the kernel's own module of that name has no version or a newer one; so it is what is tried
// second, and not where it does not build.
Status InstallByDkms(Host& host, ChangeLog& changes, const InstallPlan& plan, const Print& print) {
  const DkmsModule module{plan.request.folder, plan.request.conf};
  print(fmt::format("add to DKMS: dkms add {}", module.source_folder));
  VFQUAL_TRY(const auto added, DkmsAdd(changes, module), "");
  if (!added.completed.Ok()) {
    return FailSubject(fmt::format("DKMS does not take {}: {}", module.Id(), added.completed.Describe()));
  }
  for (const auto& release : plan.kernels) {
    const std::vector<std::string> argv = {"dkms", "install", module.Id(), "-k", release};
    const auto what = fmt::format("build and install for {}", release);
    const auto first = RunStep(host, changes, plan, what, Make(argv), Undo::Nothing(), print);
    if (first) continue;
    VFQUAL_TRY(const bool built, IsBuilt(host, plan, release), "");
    if (!built) return first;
    auto forced = argv;
    forced.emplace_back("--force");
    print(fmt::format("  {}", first.error().what));
    VFQUAL_CHECK(RunStep(host, changes, plan, what + ", with force", Make(forced), Undo::Nothing(), print), "");
  }
  return {};
}

// What will be refused is told now, not by the next boot.
void TellSignature(const std::string& release, const std::string& module, const secure_boot::ModuleVerdict& verdict,
                   const Print& print) {
  if (verdict.answer != secure_boot::Answer::kRejected) return;
  print(fmt::format("ATTENTION: {} {} {}", release, module, secure_boot::OneLine(verdict)));
  if (!verdict.fix.empty()) print("  fix, before you reboot: " + verdict.fix);
}

// A package's scripts end well although DKMS built nothing: headers missing, a kernel outside the module's range.
Status CheckInstalled(Host& host, const InstallPlan& plan, const Print& print) {
  VFQUAL_TRY(const auto status, ReadModuleStatus(host, plan.request.conf.modules), "");
  for (const auto& release : plan.kernels) {
    const bool there = std::any_of(status.dkms.begin(), status.dkms.end(), [&](const DkmsEntry& entry) {
      return entry.name == plan.request.conf.name && entry.kernel == release && entry.state == "installed";
    });
    if (!there) {
      return FailSubject(fmt::format("{} was taken, but DKMS did not install it for {}", plan.Id(), release),
                         "vfqual module build tells why");
    }
    for (const auto& kernel : status.kernels) {
      if (kernel.release != release) continue;
      for (std::size_t index = 0; index < kernel.modules.size(); ++index) {
        if (kernel.modules[index].ours) {
          TellSignature(release, status.modules[index], kernel.modules[index].signature, print);
          continue;
        }
        return FailSubject(
            fmt::format("{} would still load '{}' as {}", release, kernel.modules[index].path, status.modules[index]));
      }
    }
  }
  return {};
}

Status DoInstall(Host& host, ChangeLog& changes, const InstallPlan& plan, const Print& print) {
  VFQUAL_CHECK(AnnounceRefresh(changes, plan), "");
  VFQUAL_CHECK(IsPackage(plan.request.route) ? InstallPackage(host, changes, plan, print)
                                             : InstallByDkms(host, changes, plan, print),
               "");
  if (!changes.IsDryRun()) VFQUAL_CHECK(CheckInstalled(host, plan, print), "");
  for (const auto& argv : plan.refresh) {
    VFQUAL_CHECK(RunStep(host, changes, plan, "make the initramfs anew", Make(argv), Undo::Nothing(), print), "");
  }
  return {};
}

}  // namespace

Result<InstallPlan> PrepareInstall(Host& host, const InstallRequest& request) {
  InstallPlan plan;
  plan.request = request;
  plan.kernels = request.kernels;
  if (IsPackage(request.route)) VFQUAL_CHECK(ReadPackage(host, plan), "");
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
  for (const auto& release : plan.kernels) {
    const bool held = std::any_of(request.conf.modules.begin(), request.conf.modules.end(), [&](const auto& module) {
      return !FindInitramfsCopy(host, module, release).path.empty();
    });
    auto argv = RefreshInitramfsArgv(host, release);
    if (held && !argv.empty()) plan.refresh.push_back(std::move(argv));
  }
  return plan;
}

Status Install(Host& host, ChangeLog& changes, const InstallPlan& plan, const Print& print) {
  auto done = DoInstall(host, changes, plan, print);
  if (done) return changes.Keep();
  if (changes.IsDryRun()) return done;
  print(fmt::format("{} — taking back what was done", done.error().what));
  if (const auto undone = changes.UndoAll(); !undone) {
    done.error().what += fmt::format("; not all could be taken back: {}", undone.error().Message());
    done.error().fix = "vfqual recover";
  }
  return done;
}

namespace {

// Nix' strings know \", \\ and ${ (Nix manual, "String").
std::string NixString(const std::string& text) {
  std::string quoted = "\"";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool opens = text[at] == '$' && at + 1 < text.size() && text[at + 1] == '{';
    if (text[at] == '"' || text[at] == '\\' || opens) quoted += '\\';
    quoted += text[at];
  }
  return quoted + "\"";
}

}  // namespace

std::string NixosExpression(const DkmsConf& conf, const std::string& source) {
  std::vector<std::string> packages;
  for (const auto& module : conf.modules) {
    if (module == "i915" || module == "xe") packages.push_back(fmt::format("pkgs.{}-sriov", module));
  }
  return fmt::format(
      "# {} {}, as a NixOS module: add it to the imports of configuration.nix.\n"
      "# Not run here: written after the release's own flake.nix.\n"
      "{{ pkgs, ... }}:\n"
      "let\n"
      "  release = builtins.getFlake {};\n"
      "in {{\n"
      "  imports = [ release.nixosModules.default ];\n"
      "  boot.extraModulePackages = [ {} ];\n"
      "}}\n",
      conf.name, conf.version, NixString(source), fmt::join(packages, " "));
}

}  // namespace vfqual
