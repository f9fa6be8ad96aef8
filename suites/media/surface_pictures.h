// Pictures into surfaces and out of them.
#pragma once

#include "suites/media/nv12_picture.h"
#include "suites/support/result.h"
#include "suites/va/va_surface.h"

namespace vfqual::suites {

// Through an image of its own (vaPutImage, vaGetImage); of ten bits in P010.
Status PutPicture(const VaSurface& surface, const Nv12Picture& picture);
Result<Nv12Picture> GetPicture(const VaSurface& surface, unsigned width, unsigned height, bool ten_bits = false);

// Through an image in NV12 or P010 whose size is at least the picture's.
Status WriteImage(const VaImageMemory& image, const Nv12Picture& picture);
Result<Nv12Picture> ReadImage(const VaImageMemory& image, unsigned width, unsigned height);

}  // namespace vfqual::suites
