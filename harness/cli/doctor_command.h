// vfqual doctor: is this host ready? Every check, with its evidence and fix.
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddDoctorCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
