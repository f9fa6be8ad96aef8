// vfqual run PLAN
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddRunCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
