#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace vfqual::suites {

// A suite's main: GoogleTest takes its own flags, `app` the rest; then the tests are registered and run.
// Returns the exit code: 0 all passed or skipped, 1 a test failed, 2 wrong arguments.
int RunSuite(CLI::App& app, int argc, char** argv, const std::function<void()>& register_tests);

}  // namespace vfqual::suites
