// vfqual host configure: kernel parameters, VFs at boot and the VFs' udev rule, shown as a diff, then written.
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddHostConfigureCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
