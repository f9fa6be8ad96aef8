#include "harness/cli/guest_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/base/local_host.h"
#include "harness/guest/domain_list.h"
#include "harness/guest/manual_guest.h"

namespace vfqual {

namespace {

struct GuestOptions {
  std::string uri = kSystemLibvirtUri;
  bool json = false;
  bool dry_run = false;
  bool all = false;
  bool print = false;
  std::string run_id;
  std::vector<std::string> names;
  int agent_timeout_s = 180;
  ManualGuest guest;
};

Result<std::shared_ptr<Connection>> Connect(const std::string& uri) {
  VFQUAL_TRY(auto api, LoadLibvirt(), "");
  return Connection::Open(std::move(api), uri);
}

void Report(const Status& status, CommandOutcome& outcome) {
  if (!status) ReportError(status.error(), outcome);
}

nlohmann::json ToJson(const ListedDomain& domain) {
  return {{"name", domain.name},
          {"uuid", domain.uuid},
          {"ours", domain.IsOurs()},
          {"run", domain.IsOurs() ? domain.facts.marker->run_id : ""},
          {"state", ToString(domain.state.phase)},
          {"reason", domain.state.reason},
          {"devices", domain.facts.pci_devices},
          {"agent_connected", domain.facts.agent_connected},
          {"console_log", domain.IsOurs() ? domain.facts.marker->console_log : ""}};
}

Status List(const GuestOptions& options) {
  VFQUAL_TRY(const auto connection, Connect(options.uri), "");
  VFQUAL_TRY(auto domains, ListDomains(*connection), "");
  if (!options.all) std::erase_if(domains, [](const auto& domain) { return !domain.IsOurs(); });
  if (options.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& domain : domains) list.push_back(ToJson(domain));
    fmt::print("{}\n", list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    return {};
  }
  if (domains.empty()) fmt::print("no guests\n");
  for (const auto& domain : domains) {
    fmt::print(
        "{:<28} {:<28} {:<14} agent {:<12} {}\n", domain.name, domain.state.Describe(),
        domain.facts.pci_devices.empty() ? "no device" : fmt::format("{}", fmt::join(domain.facts.pci_devices, ",")),
        domain.facts.agent_connected ? "connected" : "disconnected",
        domain.IsOurs() ? "run " + domain.facts.marker->run_id : "foreign");
  }
  return {};
}

Status Boot(const GuestOptions& options) {
  LocalHost host;
  VFQUAL_TRY(const ManualPlan plan, PlanManualGuest(host, options.guest), "");
  if (options.dry_run) return PrintManualPlan(plan, std::cout);
  VFQUAL_TRY(auto connection, Connect(options.uri), "");
  VFQUAL_TRY(const StartedGuest started,
             StartManualGuest(host, std::move(connection), plan, std::chrono::seconds(options.agent_timeout_s)), "");
  if (options.json) {
    const nlohmann::json facts = {{"name", plan.spec.name},
                                  {"uuid", started.uuid},
                                  {"vf", plan.spec.vf ? plan.spec.vf->Bdf() : ""},
                                  {"agent_after_ms", started.agent_after.count()},
                                  {"console_log", plan.spec.console_log}};
    fmt::print("{}\n", facts.dump(2));
    return {};
  }
  fmt::print("{} runs, its agent answered {:.1f} s after the start\n", plan.spec.name,
             std::chrono::duration<double>(started.agent_after).count());
  fmt::print("  console  {}\n  attach   vfqual guest shell {}\n  end      vfqual guest destroy {}\n",
             plan.spec.console_log, plan.spec.name, plan.spec.name);
  return {};
}

Status Shell(const GuestOptions& options) {
  const std::string& name = options.names.front();
  VFQUAL_TRY(const auto connection, Connect(options.uri), "");
  VFQUAL_TRY(const auto domains, ListDomains(*connection), "");
  const auto found = std::ranges::find(domains, name, &ListedDomain::name);
  if (found == domains.end())
    return FailInput(fmt::format("there is no domain {}", name), "`vfqual guest list` shows them");
  if (!found->IsOurs()) return FailInput(fmt::format("domain {} is not vfqual's", name), "use virsh for others");
  std::vector<std::string> argv = {"virsh", "--connect", options.uri, "console", name};
  if (options.print || isatty(STDIN_FILENO) == 0) {
    fmt::print("{}\n", fmt::join(argv, " "));
    return {};
  }
  fmt::print(stderr, "leave with ^]\n");
  std::vector<char*> pointers;
  for (auto& word : argv) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execvp(pointers.front(), pointers.data());
  return FailErrno("start virsh", errno, "install virsh (libvirt-clients)");
}

Status Destroy(const GuestOptions& options) {
  if (options.names.empty() && !options.all && options.run_id.empty()) {
    return FailInput("name the guests to end", "or --run ID, or --all for all that vfqual started");
  }
  VFQUAL_TRY(const auto connection, Connect(options.uri), "");
  VFQUAL_TRY(const auto domains, ListDomains(*connection), "");
  if (options.dry_run) {
    for (const auto& domain : domains) {
      const bool named = std::ranges::find(options.names, domain.name) != options.names.end();
      const bool of_run = !options.run_id.empty() && domain.IsOurs() && domain.facts.marker->run_id == options.run_id;
      if (domain.IsOurs() && (options.all || named || of_run)) fmt::print("destroy domain {}\n", domain.name);
    }
    return {};
  }
  for (const auto& name : options.names) {
    VFQUAL_CHECK(DestroyOurDomain(*connection, name), "");
    fmt::print("destroyed {}\n", name);
  }
  if (options.all || !options.run_id.empty()) {
    VFQUAL_TRY(const auto ended, DestroyOurDomains(*connection, options.all ? "" : options.run_id), "");
    for (const auto& name : ended) fmt::print("destroyed {}\n", name);
  }
  return {};
}

void AddBootOptions(CLI::App& boot, GuestOptions& options) {
  ManualGuest& guest = options.guest;
  boot.add_option("name", guest.name, "The guest's name")->required();
  boot.add_option("--vf", guest.vf, "PCI address of the VF to pass through, e.g. 0000:00:02.1");
  boot.add_option("--disk", guest.disk, "Root disk image; a throw-away overlay takes the writes");
  boot.add_option("--disk-format", guest.disk_format, "raw or qcow2")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, DiskFormat>{{"raw", DiskFormat::kRaw}, {"qcow2", DiskFormat::kQcow2}}));
  boot.add_flag("--write-to-disk", guest.write_to_disk, "Let the guest write to the image itself");
  boot.add_option("--kernel", guest.kernel, "Boot this kernel directly, without a boot loader");
  boot.add_option("--initrd", guest.initrd, "Its initial RAM disk");
  boot.add_option("--cmdline", guest.cmdline, "Its command line, e.g. 'root=/dev/vda console=ttyS0'");
  boot.add_option("--payload", guest.payload, "Files to put on a read-only disk (label VFQUAL)");
  boot.add_flag("--emulate", guest.emulate, "Emulate the CPU: where KVM does not work");
  boot.add_flag("--uefi", guest.uefi, "Boot with UEFI instead of BIOS");
  boot.add_option("--vcpus", guest.vcpus, "Virtual CPUs")->capture_default_str();
  boot.add_option("--memory-mib", guest.memory_mib, "Memory in MiB")->capture_default_str();
  boot.add_option("--agent-timeout-s", options.agent_timeout_s, "How long to wait for the guest agent")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  boot.footer(
      "Example: a guest on VF 1\n"
      "  vfqual guest boot vf1 --vf 0000:00:02.1 --disk /var/lib/vfqual/images/debian-13.qcow2");
}

}  // namespace

void AddGuestCommand(CLI::App& app, CommandOutcome& outcome) {
  const auto options = std::make_shared<GuestOptions>();
  auto* guest = app.add_subcommand("guest", "Guests by hand: list, boot, shell, destroy");
  guest->require_subcommand(1);
  guest->add_option("--uri", options->uri, "libvirt's connection URI")->capture_default_str();
  guest->footer("Example: vfqual guest list");
  const auto add = [&](const char* name, const char* about, Status (*run)(const GuestOptions&)) {
    auto* command = guest->add_subcommand(name, about)->fallthrough();
    command->callback([options, run, &outcome] { Report(run(*options), outcome); });
    return command;
  };

  auto* list = add("list", "vfqual's guests: state, device, agent", List);
  list->add_flag("--json", options->json, "Print JSON");
  list->add_flag("--all", options->all, "Foreign domains too");
  list->footer("Example: vfqual guest list --json");

  auto* boot = add("boot", "Start a guest and wait for its agent; it goes on running", Boot);
  AddBootOptions(*boot, *options);
  boot->add_flag("--json", options->json, "Print JSON");
  boot->add_flag("--dry-run", options->dry_run, "Print what would be done, and touch nothing");

  auto* shell = add("shell", "Attach to a guest's console (prints the command where there is no terminal)", Shell);
  shell->add_option("name", options->names, "The guest")->required()->expected(1);
  shell->add_flag("--print", options->print, "Only print the command");
  shell->footer("Example: vfqual guest shell vf1");

  auto* destroy = add("destroy", "End guests by force; only those that vfqual started", Destroy);
  destroy->add_option("names", options->names, "The guests");
  destroy->add_option("--run", options->run_id, "All guests of this run");
  destroy->add_flag("--all", options->all, "All guests that vfqual started");
  destroy->add_flag("--dry-run", options->dry_run, "Print what would be ended");
  destroy->footer("Example: vfqual guest destroy vf1 vf2");
}

}  // namespace vfqual
