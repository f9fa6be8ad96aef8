#include "harness/cli/recover_command.h"

#include <fmt/core.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/base/changes/change_log.h"
#include "harness/base/local_host.h"
#include "harness/run/domain_destroyer.h"

namespace vfqual {

namespace {

struct RecoverOptions {
  bool dry_run = false;
  bool print_json = false;
};

Status PrintPending(Host& host, bool print_json) {
  VFQUAL_TRY(const auto pending, LoadPendingChanges(host), "");
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& record : pending) {
    list.push_back({{"what", record.what}, {"target", record.target}, {"undo", record.undo.Describe()}});
  }
  if (print_json) {
    fmt::print("{}\n", list.dump(2));
    return {};
  }
  if (pending.empty()) fmt::print("nothing to put back\n");
  // NOLINTNEXTLINE(modernize-loop-convert): clang 14 does not take libstdc++ 12's std::views
  for (auto record = pending.rbegin(); record != pending.rend(); ++record) {
    fmt::print("would {}    # {}\n", record->undo.Describe(), record->what);
  }
  return {};
}

Status Recover(const RecoverOptions& options) {
  LocalHost host;
  if (options.dry_run || options.print_json) return PrintPending(host, options.print_json);
  if (geteuid() != 0) return Fail("putting a host back needs root", "run it as root: sudo vfqual recover");
  VFQUAL_TRY(const auto pending, LoadPendingChanges(host), "");
  if (pending.empty()) {
    fmt::print("nothing to put back\n");
    return {};
  }
  return RecoverChanges(host, MakeDomainDestroyer("qemu:///system"), std::cout);
}

}  // namespace

void AddRecoverCommand(CLI::App& app, CommandOutcome& outcome) {
  auto* command = app.add_subcommand("recover", "Puts back what a run that died left changed on this host");
  command->footer("Example: vfqual recover --dry-run");
  auto options = std::make_shared<RecoverOptions>();
  command->add_flag("--dry-run", options->dry_run, "print what would be put back, and touch nothing");
  command->add_flag("--json", options->print_json, "print what is to be put back as JSON, and touch nothing");
  command->callback([options, &outcome] {
    const auto recovered = Recover(*options);
    if (!recovered) ReportError(recovered.error(), outcome);
  });
}

}  // namespace vfqual
