// The sizes of the pictures that are measured.
#pragma once

#include <array>
#include <span>
#include <string>

namespace vfqual::bench {

struct MediaSize {
  const char* name;  // as in the benchmark's: "1080p"
  unsigned width;
  unsigned height;
};

inline constexpr std::array kFullSizes = {MediaSize{"720p", 1280, 720}, MediaSize{"1080p", 1920, 1080},
                                          MediaSize{"2160p", 3840, 2160}};
// For a guest on an emulated processor, where a lab's software driver does all the work.
inline constexpr std::array kLabSizes = {MediaSize{"96p", 128, 96}};

}  // namespace vfqual::bench
