#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "bench/start_line.h"

namespace vfqual::bench {

// What the benchmarks of a program share.
struct Outcome {
  bool failed = false;   // a benchmark ended with an error; set by the benchmarks
  StartLine start_line;  // each benchmark calls Begin() before its timed loop
};

// A bench program's main. `add_options` makes the program's own options, Google Benchmark takes the other arguments;
// then `add_benchmarks` registers the benchmarks and they run. Returns the exit code: 0 all measured, 1 a benchmark
// ended with an error, 2 wrong arguments.
int RunBenches(int argc, char** argv, const std::function<void(CLI::App&)>& add_options,
               const std::function<void(Outcome&)>& add_benchmarks);

}  // namespace vfqual::bench
