#include "harness/cli/module_install_command.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>

#include "harness/base/changes/change_log.h"
#include "harness/base/changes/left_running.h"
#include "harness/base/folders.h"
#include "harness/base/local_host.h"
#include "module/install/install.h"
#include "module/install/module_status.h"
#include "module/source/module_source.h"

namespace vfqual {

namespace {

struct InstallOptions {
  std::string source;
  std::string revision;
  std::string route;
  std::vector<std::string> kernels;
  bool dry_run = false;
};

void PrintStep(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

// A run or an install that died is put back first: its journal must not be written over.
Status CheckMayChange(Host& host, const char* what) {
  if (geteuid() != 0) return FailInput(fmt::format("{} needs root", what), "run it as root, or look with --dry-run");
  VFQUAL_TRY(const auto pending, LoadPendingChanges(host), "");
  if (pending.empty()) return WaitForLeftRunning(host, std::cout);
  return Fail("an earlier run died and left changes on this host", "vfqual recover");
}

Result<InstallRequest> MakeRequest(const InstallOptions& options, const ModuleSource& source) {
  InstallRequest request;
  VFQUAL_TRY(request.route, ChooseRoute(options.route, options.source), "");
  request.conf = source.conf;
  request.folder = source.folder.string();
  request.package = std::filesystem::absolute(options.source).string();
  request.kernels = options.kernels;
  return request;
}

Status RunInstall(const InstallOptions& options) {
  LocalHost host;
  VFQUAL_CHECK(ChooseRoute(options.route, options.source).map([](InstallRoute) {}), "");
  OpenSourceOptions open;
  VFQUAL_TRY(open.cache, CacheFolder(), "");
  open.revision = options.revision;
  VFQUAL_TRY(const auto source, OpenModuleSource(options.source, open), "");
  VFQUAL_TRY(const auto request, MakeRequest(options, source), "");
  if (request.route == InstallRoute::kNixos) {
    fmt::print("{}",
               NixosExpression(request.conf, source.kind == SourceKind::kFolder ? request.package : options.source));
    return {};
  }
  if (!options.dry_run) VFQUAL_CHECK(CheckMayChange(host, "installing a module"), "");
  VFQUAL_TRY(const auto plan, PrepareInstall(host, request), "");
  auto changes = options.dry_run ? ChangeLog::DryRun(host, std::cout) : ChangeLog(host, {}, {});
  return Install(host, changes, plan, PrintStep);
}

Status RunRemove(const std::string& name, bool dry_run) {
  LocalHost host;
  if (!dry_run) VFQUAL_CHECK(CheckMayChange(host, "removing a module"), "");
  VFQUAL_TRY(const auto plan, PrepareRemove(host, name), "");
  auto changes = dry_run ? ChangeLog::DryRun(host, std::cout) : ChangeLog(host, {}, {});
  return Remove(host, changes, plan, PrintStep);
}

Status RunStatus(const std::vector<std::string>& modules, bool print_json) {
  LocalHost host;
  VFQUAL_TRY(const auto status, ReadModuleStatus(host, modules), "");
  if (print_json) {
    PrintStep(ToJson(status).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    return {};
  }
  for (const auto& line : StatusLines(status)) PrintStep(line);
  return {};
}

void AddInstall(CLI::App& module, CommandOutcome& outcome) {
  auto* command = module.add_subcommand("install", "Installs a module on this host; what fails is taken back");
  command->footer(
      "A .deb goes by dpkg, a .pkg.tar.zst by pacman (not run on Arch here), anything else by DKMS; --route nixos "
      "prints\n"
      "an expression to import (not run here). After a crash: vfqual recover.\n\n"
      "Example: vfqual module install ./i915-sriov-dkms_2026.03.05_amd64.deb\n"
      "         vfqual module install ./i915-sriov-dkms --kernel 6.12.107+deb13-amd64 --dry-run");
  auto options = std::make_shared<InstallOptions>();
  command->add_option("SOURCE", options->source, "as for vfqual module build")->required();
  command->add_option("--rev", options->revision, "of a git repository: commit, tag or branch");
  command->add_option("--route", options->route, "dpkg, pacman, dkms or nixos");
  command->add_option("--kernel", options->kernels, "a release, repeatable (default: the running kernel)")->expected(1);
  command->add_flag("--dry-run", options->dry_run, "print what would be done, and touch nothing");
  command->callback([options, &outcome] {
    if (const auto done = RunInstall(*options); !done) ReportError(done.error(), outcome);
  });
}

void AddRemove(CLI::App& module, CommandOutcome& outcome) {
  auto* command = module.add_subcommand("remove", "Takes a module off this host, whatever installed it");
  command->footer("Example: vfqual module remove i915-sriov-dkms --dry-run");
  auto name = std::make_shared<std::string>();
  auto dry_run = std::make_shared<bool>(false);
  command->add_option("NAME", *name, "as DKMS or its package names it")->required();
  command->add_flag("--dry-run", *dry_run, "print what would be done, and touch nothing");
  command->callback([name, dry_run, &outcome] {
    if (const auto done = RunRemove(*name, *dry_run); !done) ReportError(done.error(), outcome);
  });
}

void AddStatus(CLI::App& module, CommandOutcome& outcome) {
  auto* command = module.add_subcommand("status", "What is installed and loaded, and what each kernel will load");
  command->footer("Example: vfqual module status\n         vfqual module status i915 --json");
  auto names = std::make_shared<std::vector<std::string>>();
  auto print_json = std::make_shared<bool>(false);
  command->add_option("MODULE", *names, "kernel modules (default: i915 and xe)");
  command->add_flag("--json", *print_json, "print it as JSON");
  command->callback([names, print_json, &outcome] {
    if (const auto done = RunStatus(*names, *print_json); !done) ReportError(done.error(), outcome);
  });
}

}  // namespace

void AddModuleInstallCommands(CLI::App& module, CommandOutcome& outcome) {
  AddInstall(module, outcome);
  AddRemove(module, outcome);
  AddStatus(module, outcome);
}

}  // namespace vfqual
