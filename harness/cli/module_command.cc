#include "harness/cli/module_command.h"

#include "harness/cli/module_build_command.h"
#include "harness/cli/module_install_command.h"
#include "harness/cli/module_matrix_command.h"
#include "harness/cli/module_sign_command.h"

namespace vfqual {

void AddModuleCommand(CLI::App& app, CommandOutcome& outcome) {
  auto* module = app.add_subcommand("module", "A driver's DKMS module: build it for any kernel, or many for many; install, remove, sign, status");
  module->require_subcommand(1);
  AddModuleBuildCommand(*module, outcome);
  AddModuleMatrixCommand(*module, outcome);
  AddModuleInstallCommands(*module, outcome);
  AddModuleSignCommands(*module, outcome);
}

}  // namespace vfqual
