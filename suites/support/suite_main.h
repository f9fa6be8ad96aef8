#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace vfqual::suites {

// A suite's main. GoogleTest takes its own flags; the rest goes to the options that `add_options` makes (its callbacks
// are done when `add_tests` registers the tests), and --test-timeout, which ends a suite that hangs. `set_up` says what
// `add_tests` does before the first test, for whoever reads the output of a suite that crashed or hung in it. Returns
// the exit code: 0 all passed or skipped, 1 a test failed, 2 wrong arguments.
int RunSuite(int argc, char** argv, const std::function<void(CLI::App&)>& add_options,
             const std::function<void()>& add_tests, const char* set_up = "listing the tests");

}  // namespace vfqual::suites
