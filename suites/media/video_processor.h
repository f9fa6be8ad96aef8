// Video processing through libva: scaling and conversion of one picture.
#pragma once

#include <va/va.h>

#include "suites/support/result.h"
#include "suites/va/va_surface.h"

namespace vfqual::suites {

// The whole of one surface into the whole of another; finished when this returns. Colours are BT.601's.
Status ProcessPicture(const VaSurface& from, const VaSurface& to, unsigned to_width, unsigned to_height);

}  // namespace vfqual::suites
