// Other programs, run and waited for.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "suites/support/result.h"

namespace vfqual::suites {

enum class Errors { kDropped, kInOutput };  // what the program writes to stderr

// What it wrote, at most 1 MiB, where it ended with 0. Else an error that says how it ended, with the last of its
// output; of a program that is not installed (looked for in PATH) kProgramMissing alone. It is killed after the
// timeout.
inline constexpr std::string_view kProgramMissing = "not installed";
Result<std::string> RunProgram(std::vector<std::string> argv, Errors errors,
                               std::chrono::seconds timeout = std::chrono::seconds(120));

}  // namespace vfqual::suites
