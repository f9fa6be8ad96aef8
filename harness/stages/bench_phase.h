// The bench stage: first in one guest while the others idle, then in all at once from a common start.
#pragma once

#include <memory>
#include <vector>

#include "harness/stages/guest_session.h"

namespace vfqual {

// Each guest's metrics are journalled in its own bench stage: "bench_alone.X" of the first guest, and "bench.X" of the
// time in which all were measuring; with one guest only, "bench.X" is what it does alone. What is derived from several
// guests goes to the host's metrics.
void RunBenchPhase(RunContext& context, const std::vector<std::unique_ptr<GuestSession>>& sessions);

}  // namespace vfqual
