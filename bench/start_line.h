// Several machines that measure the same at the same time: each benchmark begins on a common grid of times, and each
// sample tells when it was taken.
#pragma once

#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace vfqual::bench {

class StartLine {
 public:
  // The first benchmark begins at `start_at_s` (seconds since 1970), each further one `slot_s` later. Without it
  // nothing waits, and nothing is stamped.
  void Set(double start_at_s, double slot_s) {
    start_at_s_ = start_at_s;
    slot_s_ = slot_s;
  }

  // An empty file, made when the first benchmark takes its first sample: who watches from outside sees that all is
  // prepared.
  void SetBegunFile(std::filesystem::path file) { begun_file_ = std::move(file); }

  // Called by a benchmark when all is prepared, just before its timed loop. Waits at the benchmark's first call only,
  // and adds the counter "at_s": now, in seconds since 1970. The sample ends iterations * real_time later.
  void Begin(benchmark::State& state, const std::string& benchmark);

 private:
  void TellBegun();

  double start_at_s_ = 0;
  double slot_s_ = 0;
  std::vector<std::string> begun_;
  std::filesystem::path begun_file_;
};

}  // namespace vfqual::bench
