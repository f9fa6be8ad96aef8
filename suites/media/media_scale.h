// How much work the media suite does.
#pragma once

namespace vfqual::suites {

struct MediaScale {
  unsigned width;
  unsigned height;
  unsigned odd_width;  // no multiple of a macroblock
  unsigned odd_height;
  unsigned pictures;           // of a stream that is compared
  unsigned rate_pictures;      // of a stream whose rate is measured
  bool whole_largest_picture;  // else the largest width and the largest height come one after the other, in strips
};

// A minute of work for hardware.
inline constexpr MediaScale kFullScale{1280, 720, 1366, 766, 30, 150, true};
// For a guest on an emulated processor, where a lab's software driver does all the work.
inline constexpr MediaScale kLabScale{128, 96, 134, 86, 4, 45, false};

}  // namespace vfqual::suites
