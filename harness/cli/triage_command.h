#pragma once

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"

namespace vfqual {

// `vfqual triage`: what logs tell of a failure.
void AddTriageCommand(CLI::App& app, CommandOutcome& outcome);

}  // namespace vfqual
