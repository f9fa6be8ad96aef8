#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace vfqual::suites {

// A suite's main. GoogleTest takes its own flags; the rest goes to the options that `add_options` makes (its callbacks
// are done when `add_tests` registers the tests). Returns the exit code: 0 all passed or skipped, 1 a test failed,
// 2 wrong arguments.
int RunSuite(int argc, char** argv, const std::function<void(CLI::App&)>& add_options,
             const std::function<void()>& add_tests);

}  // namespace vfqual::suites
