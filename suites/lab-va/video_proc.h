// Video processing: a part of one picture into a part of another.
#pragma once

#include <va/va.h>

#include "suites/lab-va/lab_fault.h"
#include "suites/lab-va/surface.h"

namespace vfqual::lab_va {

// Scales, and converts to BGRX where `to` is of that (by ITU-R BT.601 from its limited range). Of NV12 the places must
// be even, and `from` must be NV12 or P010.
VAStatus ScaleAndConvert(const Surface& from, const VARectangle& from_part, Surface& to, const VARectangle& to_part,
                         Fault fault);

}  // namespace vfqual::lab_va
