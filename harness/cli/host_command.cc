#include "harness/cli/host_command.h"

#include "harness/cli/host_configure_command.h"
#include "harness/cli/host_status_command.h"
#include "harness/cli/recover_command.h"

namespace vfqual {

void AddHostCommand(CLI::App& app, CommandOutcome& outcome) {
  auto* host = app.add_subcommand("host", "How this host is set up for SR-IOV");
  host->require_subcommand(1);
  host->footer("Example: vfqual host configure --dry-run\n         vfqual host status");
  AddHostConfigureCommand(*host, outcome);
  AddHostStatusCommand(*host, outcome);
  AddRecoverCommand(*host, outcome);
}

}  // namespace vfqual
