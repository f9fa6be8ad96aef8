// vfqual recover, also vfqual host recover
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddRecoverCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
