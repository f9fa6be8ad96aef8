// vfqual report: makes a run's reports again from its journal, and shows them.
#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

void AddReportCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
