// Bit rates of encoded streams against what was asked for. The bands are those of intel/vaapi-fits.
#pragma once

#include <cstdint>

#include "suites/support/result.h"

namespace vfqual::suites {

// Of a whole stream.
double BitsPerSecond(std::uint64_t bytes, unsigned pictures, double pictures_per_second);

// Within 10 %.
Status CheckConstantRate(double measured_bps, double asked_bps);
// From 0.75 of the target to 1.10 of the maximum.
Status CheckVariableRate(double measured_bps, double target_bps, double max_bps);

}  // namespace vfqual::suites
