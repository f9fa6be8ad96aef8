// Several machines that measure the same at the same time: each benchmark begins on a common grid of times, and each
// sample tells when it was taken.
#pragma once

#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace vfqual::bench {

struct StartOptions {
  // The first benchmark begins then (seconds since 1970), each further one `slot_s` later. Without a start nothing
  // waits, and nothing is stamped.
  double start_at_s = 0;
  double slot_s = 0;
  // Holds `start_at_s`, and a newline that shows that it is whole; whoever starts several machines writes it when all
  // are ready. Where none came in `longest_wait_s`, or something else, the benchmarks begin at once, and stderr says
  // so.
  std::filesystem::path start_file = {};
  double longest_wait_s = 300;  // more than the harness waits for a slow guest (harness/stages/bench_phase.cc)
  // Empty files, made when the first benchmark is prepared, before it waits, and when it takes its first sample: who
  // watches from outside sees how far it is.
  std::filesystem::path ready_file = {};
  std::filesystem::path begun_file = {};
};

class StartLine {
 public:
  void Set(StartOptions options) { options_ = std::move(options); }

  // Called by a benchmark when all is prepared, just before its timed loop. Waits at the benchmark's first call only,
  // and adds the counter "at_s": now, in seconds since 1970. The sample ends iterations * real_time later.
  void Begin(benchmark::State& state, const std::string& benchmark);

 private:
  void AwaitStart();

  StartOptions options_;
  std::vector<std::string> begun_;
};

}  // namespace vfqual::bench
