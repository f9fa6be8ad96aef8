// vfqual module install, remove and status.
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddModuleInstallCommands(CLI::App& module, CommandOutcome& outcome);

}  // namespace vfqual
