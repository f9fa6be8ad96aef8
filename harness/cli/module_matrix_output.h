// What `vfqual module build` and `vfqual module matrix` have in common: their options and what they print.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "harness/cli/command.h"
#include "harness/matrix/matrix_run.h"

namespace vfqual {

struct MatrixCommandOptions {
  MatrixRequest request;
  MatrixOptions matrix;
  bool dry_run = false;
  bool json = false;
};

void AddMatrixOptions(CLI::App& command, MatrixCommandOptions& options);

// Runs it, prints the table or the facts, and sets the exit code.
void RunMatrixCommand(MatrixCommandOptions& options, CommandOutcome& outcome);

}  // namespace vfqual
