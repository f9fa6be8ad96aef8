// The bench programs, with the arguments that suit where they run.
#pragma once

#include <cstddef>
#include <vector>

#include "harness/stages/start_barrier.h"
#include "harness/stages/suite_run.h"

namespace vfqual {

inline constexpr const char* kOpenclBench = "bench_opencl";

struct BenchTiming {
  double longest_wait_s;  // for a guest to be ready; less than the programs have patience for (bench/start_line.h)
  double slot_s;          // for each benchmark
  const char* min_time;   // of a sample, seconds
  // In guests that measure at once. They fill most of a slot, so that guests of which one is late have enough samples
  // in common all the same.
  int repetitions;
};
const BenchTiming& BenchTimingOf(const RunContext& context);
StartBarrier::Times StartTimesOf(const RunContext& context, std::size_t guests);

// The same for the PF as for a guest alone.
std::vector<ProgramRun> BenchPrograms(const RunContext& context);

}  // namespace vfqual
