// The verdict of a build, in the report's words.
#pragma once

#include "module/build/build_module.h"
#include "reports/model/verdict.h"

namespace vfqual {

// PASS built, SKIP excluded, FAIL what the release is to blame for, MISS what it is not.
reports::Verdict VerdictOf(BuildOutcome outcome);

}  // namespace vfqual
