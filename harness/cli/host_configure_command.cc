#include "harness/cli/host_configure_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/file_lock.h"
#include "harness/cli/host_option.h"
#include "harness/doctor/config_request.h"
#include "module/host_config/configure.h"

namespace vfqual {

namespace {

using host_config::PreparedConfig;

struct HostConfigureOptions {
  HostOption host;
  AskedConfig asked;
  bool undo = false;
  bool dry_run = false;
  bool yes = false;
};

void PrintLine(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

void PrintHead(const FoundConfig& found, const PreparedConfig& prepared) {
  const auto& target = prepared.target;
  fmt::print("GPU      {} ({}:{}, {}), driver {}\n", found.pf.address.ToString(), found.pf.vendor, found.pf.device,
             found.platform, found.request.driver);
  fmt::print("method   {} ({})\n", host_config::Word(target.method), fmt::join(target.evidence, "; "));
  fmt::print("VFs      {} at boot, by {}\n", found.request.vfs, host_config::Word(target.vfs_at_boot));
  for (const auto& note : target.notes) fmt::print("note     {}\n", note);
}

// Default no: anything but "y" or "yes" changes nothing.
Result<bool> Confirm(const HostConfigureOptions& options) {
  if (options.yes) return true;
  if (isatty(STDIN_FILENO) != 1) {
    return FailInput("nobody is there to ask: stdin is no terminal",
                     "look at the diff with --dry-run, then give --yes");
  }
  fmt::print("write this? [y/N] ");
  std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

Status ShowAndApply(Host& host, const HostConfigureOptions& options, const PreparedConfig& prepared) {
  if (prepared.NothingToDo()) {
    PrintLine("nothing to change");
    return {};
  }
  if (prepared.finishes_earlier) PrintLine("note     an earlier call was cut short; this one finishes it");
  VFQUAL_TRY(const auto diff, host_config::DiffOf(prepared), "");
  fmt::print("\n{}\n", diff);
  for (const auto& argv : prepared.commands)
    fmt::print("{} {}\n", options.dry_run ? "would run" : "then run", fmt::join(argv, " "));
  if (options.dry_run) return {};
  VFQUAL_TRY(const bool root, IsRoot(host), "");
  if (!root) return Fail("changing a host's configuration needs root", "run it as root: sudo vfqual host configure …");
  VFQUAL_TRY(const bool confirmed, Confirm(options), "");
  if (!confirmed) {
    PrintLine("nothing was changed");
    return {};
  }
  VFQUAL_CHECK(host_config::ApplyConfig(host, prepared, PrintLine), "");
  PrintLine(options.undo
                ? "undone; it takes effect at the next boot"
                : fmt::format("done; it takes effect at the next boot. Backups: {}; undo: vfqual host configure --undo",
                              host_config::kStateFolder));
  return {};
}

// Two at once would take each other's journal away. Of another host's callers only those of this machine are kept
// apart.
constexpr const char* kLockFile = "/run/vfqual-host-configure.lock";

Result<std::optional<FileLock>> TakeLock(const HostConfigureOptions& options) {
  if (options.dry_run || geteuid() != 0) return std::optional<FileLock>();
  VFQUAL_TRY(auto lock,
             FileLock::Take(
                 kLockFile, [] { PrintLine("waiting for another vfqual host configure"); }, [] { return false; }),
             "");
  return std::optional(std::move(lock));
}

Status Configure(const HostConfigureOptions& options) {
  VFQUAL_TRY(const auto host, OpenHost(options.host), "");
  VFQUAL_TRY(const auto lock, TakeLock(options), "");
  if (options.undo) {
    VFQUAL_TRY(const auto prepared, host_config::PrepareConfig(*host, std::nullopt), "");
    if (!prepared.earlier) {
      PrintLine("nothing to undo: vfqual host configure changed nothing here");
      return {};
    }
    return ShowAndApply(*host, options, prepared);
  }
  VFQUAL_TRY(const auto found, MakeConfigRequest(*host, options.asked), "");
  VFQUAL_TRY(const auto prepared, host_config::PrepareConfig(*host, found.request), "");
  PrintHead(found, prepared);
  if (prepared.target.method == host_config::Method::kNixos) {
    fmt::print("\n{}", prepared.target.nixos_expression);
    return {};
  }
  return ShowAndApply(*host, options, prepared);
}

}  // namespace

void AddHostConfigureCommand(CLI::App& app, CommandOutcome& outcome) {
  auto* command = app.add_subcommand("configure", "Sets up kernel parameters and VFs at boot, after showing the diff");
  command->footer(
      "Puts the driver's documented parameters where this host's boot loader reads them (or into modprobe.d), has VFs\n"
      "made at boot, and makes the initramfs anew. Keeps backups; a second call changes nothing; --undo takes it "
      "back.\n"
      "Files that would have to be guessed at are refused (exit code 2), and nothing is touched.\n"
      "Run here and in the lab for GRUB and modprobe.d; systemd-boot, Proxmox VE, Arch and NixOS are built from their\n"
      "documentation, and were not run there.\n\n"
      "Example: vfqual host configure --dry-run\n"
      "         sudo vfqual host configure --vfs 3 --keep-vfs-from-host\n"
      "         sudo vfqual host configure --undo");
  auto options = std::make_shared<HostConfigureOptions>();
  auto& asked = options->asked;
  command->add_option("--driver", asked.driver, "i915 or xe (default: i915 where its SR-IOV serves this GPU)")
      ->check(CLI::IsMember({"i915", "xe"}));
  command
      ->add_option("--method", asked.method,
                   "where the parameters go: grub, systemd-boot, proxmox (proxmox-boot-tool), nixos (prints an\n"
                   "expression), or modprobe (modprobe.d; the IOMMU's stays with the boot loader); default: detected")
      ->check(CLI::IsMember({"grub", "systemd-boot", "proxmox", "nixos", "modprobe"}));
  command->add_option("--vfs", asked.vfs,
                      "VFs made at boot (default: the platform's usual number, 3 on an N100, else 7)");
  command
      ->add_option("--vfs-at-boot", asked.vfs_at_boot, "made by sysfsutils, tmpfiles, or none (default: what is there)")
      ->check(CLI::IsMember({"sysfsutils", "tmpfiles", "none"}));
  command->add_flag("--keep-vfs-from-host", asked.keep_vfs_from_host,
                    "a udev rule binds VFs to vfio-pci as they appear");
  command->add_option("--pf", asked.pf, "the GPU's PCI address, where there are several");
  auto* undo = command->add_flag("--undo", options->undo, "take everything back that this command changed");
  for (const char* name : {"--driver", "--method", "--vfs", "--vfs-at-boot", "--keep-vfs-from-host", "--pf"}) {
    undo->excludes(command->get_option(name));
  }
  command->add_flag("--dry-run", options->dry_run, "print the diff and the commands, and touch nothing");
  command->add_flag("--yes", options->yes, "do not ask");
  AddHostOption(*command, options->host);
  command->callback([options, &outcome] {
    const auto configured = Configure(*options);
    if (!configured) ReportError(configured.error(), outcome);
  });
}

}  // namespace vfqual
