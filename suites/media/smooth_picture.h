// A picture without detail: at any size it can be told what each sample must be, whatever filter a scaler uses.
#pragma once

#include "suites/media/nv12_picture.h"

namespace vfqual::suites {

// Waves that are as long as the picture, in all three components, within the limited range of ITU-R BT.601.
Nv12Picture SmoothPicture(unsigned width, unsigned height);

struct Rgb {
  double red = 0;
  double green = 0;
  double blue = 0;
};

// By ITU-R BT.601 from its limited range to 0 … 255.
Rgb RgbOf(double luma, double blue_difference, double red_difference);

}  // namespace vfqual::suites
