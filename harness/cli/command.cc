#include "harness/cli/command.h"

#include <fmt/core.h>

#include <cstdio>

namespace vfqual {

void ReportError(const Error& error, CommandOutcome& outcome) {
  fmt::print(stderr, "vfqual: {}\n", error.Message());
  if (!error.fix.empty()) fmt::print(stderr, "  fix: {}\n", error.fix);
  switch (error.blame) {
    case Blame::kInput:
      outcome.exit_code = kExitUsage;
      return;
    case Blame::kSubject:
      outcome.exit_code = kExitFail;
      return;
    case Blame::kHarness:
      outcome.exit_code = kExitHarness;
      return;
  }
}

}  // namespace vfqual
