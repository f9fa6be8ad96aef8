// vfqual guest list | boot | shell | destroy
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddGuestCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
