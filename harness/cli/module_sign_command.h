// vfqual module sign and secure-boot.
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddModuleSignCommands(CLI::App& module, CommandOutcome& outcome);

}  // namespace vfqual
