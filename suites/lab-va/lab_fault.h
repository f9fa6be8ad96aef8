// Faults of the lab's VA driver: each is one way in which a driver goes wrong, so that the suites' oracles can be
// proven.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace vfqual::lab_va {

enum class Fault : std::uint8_t {
  kNone,
  kFlippedBit,          // one bit of the first encoded picture in each stream
  kFlippedPixelBit,     // one bit of one decoded picture in each stream
  kUploadFlippedBit,    // one bit of each image that is put into a surface
  kDroppedFrame,        // one encoded picture in each stream comes out empty
  kWrongQp,             // constant QP is off by six
  kWrongProfile,        // streams call themselves of the extended profile
  kIgnoredRateControl,  // twice the bit rate that was asked for
  kNoBSlices,           // pictures asked for as B are coded with P slices
  kNondeterministic,    // the same pictures give different streams
  kStalePicture,        // one decoded picture of each stream keeps what its surface held before
  kLostLowBits,         // decoded pictures of ten bits keep the upper eight
  kCroppedScaling,      // video processing scales only a part of the picture up to the size
  kWrongColours,        // video processing takes the two kinds of chroma for each other where it converts to RGB
  kCrash,               // the process aborts at the first picture
  kCrashAtInit,         // a segmentation fault as libva initializes the driver
  kHangAtInit           // the initialization never ends
};

inline constexpr auto kFaultNames =
    std::to_array<std::pair<std::string_view, Fault>>({{"flipped_bit", Fault::kFlippedBit},
                                                       {"flipped_pixel_bit", Fault::kFlippedPixelBit},
                                                       {"upload_flipped_bit", Fault::kUploadFlippedBit},
                                                       {"dropped_frame", Fault::kDroppedFrame},
                                                       {"wrong_qp", Fault::kWrongQp},
                                                       {"wrong_profile", Fault::kWrongProfile},
                                                       {"ignored_rate_control", Fault::kIgnoredRateControl},
                                                       {"no_b_slices", Fault::kNoBSlices},
                                                       {"nondeterministic", Fault::kNondeterministic},
                                                       {"stale_picture", Fault::kStalePicture},
                                                       {"lost_low_bits", Fault::kLostLowBits},
                                                       {"cropped_scaling", Fault::kCroppedScaling},
                                                       {"wrong_colours", Fault::kWrongColours},
                                                       {"crash", Fault::kCrash},
                                                       {"crash_at_init", Fault::kCrashAtInit},
                                                       {"hang_at_init", Fault::kHangAtInit}});

// The picture of a stream, counted from 0, that the other faults of one picture hit.
inline constexpr int kFaultyPicture = 2;

// What VFQUAL_LAB_VA_FAULT names. False where the name is unknown: the driver does not initialize then.
bool ReadFault(Fault& fault);

}  // namespace vfqual::lab_va
