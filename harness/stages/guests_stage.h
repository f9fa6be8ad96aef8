// All guests of a cell: their disks and domains are made, then each goes its way in a thread of its own.
#pragma once

#include "harness/cell/run_context.h"

namespace vfqual {

// Journals every guest's stages. When it returns no guest of this run is left.
void RunGuests(RunContext& context);

}  // namespace vfqual
