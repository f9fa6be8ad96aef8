// vfqual host status: wanted, configured and running, side by side.
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddHostStatusCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
