#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddLabCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
