// From an Error to a stage's verdict.
#pragma once

#include "harness/base/result.h"
#include "reports/events/scopes.h"

namespace vfqual {

// FAIL when the thing under test is to blame, MISS when the harness could not get there, ERROR for bad input that was
// noticed only here. The fix goes into the reason.
reports::Verdict VerdictOf(const Error& error);
void RecordError(reports::StageScope& stage, const Error& error);

}  // namespace vfqual
