#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace vfqual::bench {

// Whether a benchmark ended with an error; set by the benchmarks, read by RunBenches.
struct Outcome {
  bool failed = false;
};

// A bench program's main: `app` takes its own options, Google Benchmark the rest; then the benchmarks are registered
// and run. Returns the exit code: 0 all measured, 1 a benchmark ended with an error, 2 wrong arguments.
int RunBenches(CLI::App& app, int argc, char** argv, const std::function<void(Outcome&)>& register_benchmarks);

}  // namespace vfqual::bench
