#include "harness/cli/module_sign_command.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "harness/base/changes/change_log.h"
#include "harness/base/local_host.h"
#include "harness/cli/host_option.h"
#include "module/install/module_status.h"
#include "module/install/secure_boot_report.h"
#include "module/install/sign_installed.h"
#include "module/loaded_module.h"

namespace vfqual {

namespace {

using Json = nlohmann::ordered_json;
using secure_boot::SignPlan;
using secure_boot::SignRequest;

struct SignOptions {
  std::vector<std::string> files;
  std::vector<std::string> modules;
  std::string kernel;
  std::string key;
  std::string certificate;
  bool make_initramfs = true;
  bool dry_run = false;
  bool print_json = false;
};

void PrintSigned(const std::string& line) {
  fmt::print("{}\n", line);
}

void PrintSignJson(const Json& json) {
  PrintSigned(json.dump(2, ' ', false, Json::error_handler_t::replace));
}

// "6.12" of "/lib/modules/6.12/updates/dkms/i915.ko"; empty elsewhere.
std::string ReleaseOf(const std::string& path) {
  constexpr std::string_view kMark = "/lib/modules/";
  const auto at = path.find(kMark);
  if (at == std::string::npos) return {};
  const auto start = at + kMark.size();
  const auto end = path.find('/', start);
  return end == std::string::npos ? std::string() : path.substr(start, end - start);
}

Result<SignRequest> MakeRequest(Host& host, const SignOptions& options) {
  if (options.key.empty() != options.certificate.empty()) {
    return FailInput("--key and --cert go together", "give both, or neither for DKMS' own");
  }
  if (options.files.empty() && options.modules.empty()) {
    return FailInput("nothing to sign", "give module files, or --module NAME");
  }
  SignRequest request;
  request.key = options.key;
  request.certificate = options.certificate;
  VFQUAL_TRY(const auto running, host.ReadTrimmed("/proc/sys/kernel/osrelease"), "");
  const auto kernel = options.kernel.empty() ? running : options.kernel;
  for (const auto& file : options.files) {
    const auto path = std::filesystem::absolute(file).string();
    const auto release = ReleaseOf(path);
    request.items.push_back({path, release.empty() ? kernel : release});
  }
  for (const auto& module : options.modules) {
    const auto found = FindModuleFile(host, module, kernel);
    if (!found) {
      return FailInput(fmt::format("there is no module {} for {}", module, kernel), "vfqual module status lists them");
    }
    request.items.push_back({found->path, kernel});
  }
  return request;
}

// What is left to be done by hand.
std::vector<std::string> Next(const SignOptions& options, const SignedImages& images) {
  std::vector<std::string> next;
  for (const auto& kernel : images.by_hand) {
    next.push_back(fmt::format("make the initramfs of {} anew: it holds a copy", kernel));
  }
  if (!options.make_initramfs) {
    for (const auto& argv : images.refresh) next.push_back(fmt::format("{}", fmt::join(argv, " ")));
  }
  return next;
}

Json PlanJson(const SignPlan& plan, const RefreshCommands& made, const std::vector<std::string>& next, bool dry_run) {
  auto initramfs = Json::array();
  for (const auto& argv : made) {
    initramfs.push_back(
        {{"command", fmt::format("{}", fmt::join(argv, " "))}, {"action", dry_run ? "would run" : "run"}});
  }
  Json json = {{"schema", "vfqual/module-sign/1"},
               {"key", plan.key_path},
               {"certificate",
                {{"path", plan.certificate_path},
                 {"subject", plan.key.certificate.subject},
                 {"sha1", plan.key.certificate.sha1_hex}}},
               {"modules", Json::array()},
               {"initramfs", std::move(initramfs)},
               {"next", next}};
  for (const auto& step : plan.steps) {
    json["modules"].push_back({{"path", step.item.path},
                               {"kernel", step.item.kernel},
                               {"digest", step.digest},
                               {"action", step.is_signed ? "none"
                                          : dry_run      ? "would sign"
                                                         : "signed"},
                               {"signature", secure_boot::ToJson(step.after)}});
  }
  return json;
}

Status RunSign(const SignOptions& options) {
  LocalHost host;
  VFQUAL_TRY(const auto request, MakeRequest(host, options), "");
  if (!options.dry_run) {
    if (geteuid() != 0) return FailInput("signing modules needs root", "run it as root, or look with --dry-run");
    VFQUAL_TRY(const auto pending, LoadPendingChanges(host), "");
    if (!pending.empty()) return Fail("an earlier run died and left changes on this host", "vfqual recover");
  }
  VFQUAL_TRY(const auto plan, PrepareSign(host, request), "");
  auto& told = options.print_json ? std::cerr : std::cout;
  auto changes = options.dry_run ? ChangeLog::DryRun(host, told) : ChangeLog(host, {}, {});
  const auto images = FindSignedImages(host, plan);
  const auto made = options.make_initramfs ? images.refresh : RefreshCommands();
  VFQUAL_CHECK(SignInstalled(host, changes, plan, made, [&told](const std::string& line) { told << line << '\n'; }),
               "");
  const auto next = Next(options, images);
  if (options.print_json) {
    PrintSignJson(PlanJson(plan, made, next, options.dry_run));
    return {};
  }
  PrintSigned(fmt::format("key      {} ({})", plan.key_path, plan.key.certificate.subject));
  for (const auto& step : plan.steps) {
    PrintSigned(fmt::format("{}  {} {}", step.item.kernel, step.item.path, secure_boot::OneLine(step.after)));
    if (!step.after.fix.empty()) PrintSigned("  fix: " + step.after.fix);
  }
  for (const auto& line : next) PrintSigned("then: " + line);
  return {};
}

struct StateOptions {
  std::vector<std::string> modules;
  bool print_json = false;
  HostOption host;
};

Status RunSecureBoot(const StateOptions& options) {
  VFQUAL_TRY(const auto host, OpenHost(options.host), "");
  VFQUAL_TRY(const auto status, ReadModuleStatus(*host, options.modules), "");
  if (options.print_json) {
    PrintSignJson(SecureBootJson(status));
    return {};
  }
  for (const auto& line : SecureBootLines(status)) PrintSigned(line);
  return {};
}

void AddSign(CLI::App& module, CommandOutcome& outcome) {
  auto* command = module.add_subcommand("sign", "Signs module files, so that a kernel with Secure Boot takes them");
  command->footer(
      "By default with DKMS' machine owner key (mok_signing_key and mok_certificate of /etc/dkms/framework.conf), as\n"
      "scripts/sign-file of the kernel would; packed files are packed again. Each file is replaced at once, and\n"
      "the initramfs that holds a copy is made anew; where that fails all is as before, after a crash by vfqual "
      "recover.\n"
      "What is still to be enrolled is told.\n\n"
      "Example: vfqual module sign --module i915 --kernel 6.12.107+deb13-amd64 --dry-run\n"
      "         vfqual module sign ./i915.ko.xz --key MOK.priv --cert MOK.der");
  auto options = std::make_shared<SignOptions>();
  command->add_option("FILE", options->files, ".ko, .ko.xz, .ko.zst or .ko.gz");
  command->add_option("--module", options->modules, "the module of that name that modprobe takes, repeatable")
      ->expected(1);
  command->add_option("--kernel", options->kernel, "its release (default: of the file's path, or the running one)");
  command->add_option("--key", options->key, "the private key, in PEM");
  command->add_option("--cert", options->certificate, "its certificate, in DER or PEM");
  command->add_flag_callback(
      "--no-initramfs", [chosen = options.get()] { chosen->make_initramfs = false; },
      "leave the initramfs as it is, and tell the command");
  command->add_flag("--dry-run", options->dry_run, "print what would be done, and touch nothing");
  command->add_flag("--json", options->print_json, "print it as JSON");
  command->callback([options, &outcome] {
    if (const auto done = RunSign(*options); !done) ReportError(done.error(), outcome);
  });
}

void AddSecureBoot(CLI::App& module, CommandOutcome& outcome) {
  auto* command = module.add_subcommand(
      "secure-boot", "Secure Boot: its state, the keys, which modules each kernel will take, and what to enrol");
  command->footer("Example: sudo vfqual module secure-boot\n         vfqual module secure-boot i915 --json");
  auto options = std::make_shared<StateOptions>();
  command->add_option("MODULE", options->modules, "kernel modules (default: i915 and xe)");
  command->add_flag("--json", options->print_json, "print it as JSON");
  AddHostOption(*command, options->host);
  command->callback([options, &outcome] {
    if (const auto done = RunSecureBoot(*options); !done) ReportError(done.error(), outcome);
  });
}

}  // namespace

void AddModuleSignCommands(CLI::App& module, CommandOutcome& outcome) {
  AddSign(module, outcome);
  AddSecureBoot(module, outcome);
}

}  // namespace vfqual
