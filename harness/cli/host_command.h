// vfqual host configure | status | recover: how this host is set up for SR-IOV.
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddHostCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
