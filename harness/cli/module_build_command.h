// vfqual module build
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddModuleBuildCommand(CLI::App& module, CommandOutcome& outcome);

}  // namespace vfqual
