// What bench_media is asked to measure, the same on the PF as in the guests.
#pragma once

#include "harness/stages/suite_run.h"

namespace vfqual {

// A place without libva, or without a VA driver for the device, is a SKIP.
ProgramRun MediaBench(const RunContext& context);

}  // namespace vfqual
