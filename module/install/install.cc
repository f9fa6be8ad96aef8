#include "module/install/install.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "module/dkms_module.h"
#include "module/install/initramfs_refresh.h"
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
    auto first = RunStep(host, changes, plan, what, Make(argv), Undo::Nothing(), print);
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
  VFQUAL_CHECK(AnnounceRefresh(changes, plan.refresh), "");
  VFQUAL_CHECK(IsPackageRoute(plan.request.route) ? InstallPackage(host, changes, plan, print)
                                                  : InstallByDkms(host, changes, plan, print),
               "");
  if (!changes.IsDryRun()) VFQUAL_CHECK(CheckInstalled(host, plan, print), "");
  return RunRefresh(changes, plan.refresh, print);
}

}  // namespace

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

}  // namespace vfqual
