// vfqual module matrix
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddModuleMatrixCommand(CLI::App& module, CommandOutcome& outcome);

}  // namespace vfqual
