// Surfaces hold what is put into them, bit for bit.
#pragma once

#include <va/va.h>

#include "suites/support/result.h"

namespace vfqual::suites {

// A random picture is put into a surface of that size and taken out again, through images (vaPutImage, vaGetImage).
Status CheckUpload(VADisplay display, unsigned width, unsigned height);

// The same of ten bits, in P010.
Status CheckTenBitUpload(VADisplay display, unsigned width, unsigned height);

// It is put in through an image and read through the surface's own memory (vaDeriveImage), and the other way round.
Status CheckDerivedImage(VADisplay display, unsigned width, unsigned height);

}  // namespace vfqual::suites
