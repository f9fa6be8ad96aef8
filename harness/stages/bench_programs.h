// The bench programs, with the arguments that suit where they run.
#pragma once

#include <cstddef>
#include <vector>

#include "harness/stages/start_barrier.h"
#include "harness/stages/suite_run.h"

namespace vfqual {

inline constexpr const char* kOpenclBench = "bench_opencl";

// Of guests that measure at once.
struct BenchTiming {
  StartBarrier::Times start;  // its longest wait: less than the programs have patience for (bench/start_line.h)
  double slot_s;              // for each benchmark
  // They fill most of a slot, so that guests of which one is late have enough samples in common all the same.
  const char* min_time;  // of a sample, seconds
  int repetitions;
};
BenchTiming BenchTimingOf(const RunContext& context, std::size_t guests);

// The same for the PF as for a guest alone.
std::vector<ProgramRun> BenchPrograms(const RunContext& context);

}  // namespace vfqual
