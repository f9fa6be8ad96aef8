// The synthetic moving picture that is encoded: the same on every machine, by whole numbers alone.
#pragma once

#include "suites/media/nv12_picture.h"

namespace vfqual::suites {

// A slow pan over a shaded, lightly textured ground with a square that moves against it. `number` counts from 0.
Nv12Picture MovingPicture(unsigned width, unsigned height, unsigned number);

}  // namespace vfqual::suites
