// vfqual image list | build | check
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddImageCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
