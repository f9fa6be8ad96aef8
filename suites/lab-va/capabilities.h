// What the lab's VA driver offers.
#pragma once

#include <va/va.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "suites/lab-va/codec.h"

namespace vfqual::lab_va {

inline constexpr const char* kVendor = "vfqual lab software driver for the stand-in GPU (libx264, libavcodec)";

inline constexpr std::size_t kMaxEntrypoints = 2;
inline constexpr std::size_t kMaxProfiles = 16;
inline constexpr std::uint32_t kRateControls = VA_RC_CQP | VA_RC_CBR | VA_RC_VBR;
inline constexpr unsigned kMaxWidth = 4096;
inline constexpr unsigned kMaxHeight = 4096;
inline constexpr unsigned kMinSize = 16;

// What of the codecs is offered. VAProfileNone is video processing: scaling of NV12, its conversion
// to BGRX, and that of P010 where there is a codec of ten bits.
class Capabilities {
 public:
  // The codecs outlive it.
  explicit Capabilities(std::vector<const Codec*> codecs) : codecs_(std::move(codecs)) {}

  std::vector<VAProfile> Profiles() const;
  const Codec* CodecOf(VAProfile profile) const;  // null: none
  // Empty where the profile is not offered.
  std::vector<VAEntrypoint> Entrypoints(VAProfile profile) const;

  std::uint32_t SurfaceFormats(VAProfile profile) const;  // VA_RT_FORMAT_…
  // Of a pair that is offered. VA_ATTRIB_NOT_SUPPORTED for what does not apply.
  std::uint32_t AttributeValue(VAProfile profile, VAEntrypoint entrypoint, VAConfigAttribType type) const;
  // The attributes with a value.
  std::vector<VAConfigAttrib> Attributes(VAProfile profile, VAEntrypoint entrypoint) const;

  std::vector<VAImageFormat> ImageFormats() const;
  bool HasTenBitSurfaces() const;

 private:
  std::vector<const Codec*> codecs_;
};

std::vector<VASurfaceAttrib> SurfaceAttributes(VAProfile profile);

inline constexpr std::size_t kMaxImageFormats = 3;
VAImageFormat Nv12Format();
VAImageFormat P010Format();
VAImageFormat BgrxFormat();

// An encoder that knows the three rate controls, codes one slice a picture, and has so many lists of one reference.
std::uint32_t UsualEncodeAttribute(VAConfigAttribType type, unsigned reference_lists);

}  // namespace vfqual::lab_va
