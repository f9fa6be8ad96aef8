// What every subcommand shares. Each lives in <name>_command.{h,cc} and offers Add<Name>Command(app, outcome).
#pragma once

#include "harness/base/result.h"

namespace vfqual {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFail = 1;     // at least one FAIL
inline constexpr int kExitUsage = 2;    // wrong arguments, plan or file; nothing was touched
inline constexpr int kExitHarness = 3;  // ERROR or MISS

struct CommandOutcome {
  int exit_code = kExitOk;
};

// Prints "vfqual: what (context)" and, where there is one, "  fix: …" to stderr; the exit code follows the blame.
void ReportError(const Error& error, CommandOutcome& outcome);

}  // namespace vfqual
