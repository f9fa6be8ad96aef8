// vfqual module: its subcommands, one file pair each.
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddModuleCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
