#include "harness/cli/host_status_command.h"

#include <fmt/core.h>

#include <memory>

#include "harness/cli/host_option.h"
#include "harness/doctor/config_request.h"
#include "module/host_config/config_state.h"
#include "module/host_config/host_status.h"

namespace vfqual {

namespace {

struct HostStatusOptions {
  HostOption host;
  AskedConfig asked;
  bool json = false;
};

Status ShowStatus(const HostStatusOptions& options) {
  VFQUAL_TRY(const auto host, OpenHost(options.host), "");
  VFQUAL_TRY(const auto state, host_config::LoadState(*host), "");
  host_config::ConfigRequest request;
  if (!state) {
    VFQUAL_TRY(auto found, MakeConfigRequest(*host, options.asked), "");
    request = std::move(found.request);
  }
  VFQUAL_TRY(const auto status, host_config::ReadStatus(*host, request), "");
  if (options.json) {
    fmt::print("{}\n", ToJson(status).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    fmt::print("{}", StatusText(status));
  }
  return {};
}

}  // namespace

void AddHostStatusCommand(CLI::App& app, CommandOutcome& outcome) {
  auto* command = app.add_subcommand("status", "Shows wanted, configured and running values side by side");
  command->footer(
      "Reads only.\n\nExample: vfqual host status\n         vfqual host status --host ssh://root@10.0.0.5 --json");
  auto options = std::make_shared<HostStatusOptions>();
  command->add_option("--driver", options->asked.driver, "i915 or xe, where nothing was configured by vfqual yet")
      ->check(CLI::IsMember({"i915", "xe"}));
  command->add_option("--pf", options->asked.pf, "the GPU's PCI address, where there are several");
  command->add_flag("--json", options->json, "print it as JSON");
  AddHostOption(*command, options->host);
  command->callback([options, &outcome] {
    const auto shown = ShowStatus(*options);
    if (!shown) ReportError(shown.error(), outcome);
  });
}

}  // namespace vfqual
