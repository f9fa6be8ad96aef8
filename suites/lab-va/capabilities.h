// What the lab's VA driver offers.
#pragma once

#include <va/va.h>

#include <array>
#include <cstdint>
#include <vector>

namespace vfqual::lab_va {

inline constexpr const char* kVendor = "vfqual lab software driver for the stand-in GPU (libx264, libavcodec)";

// VAProfileNone is video processing: scaling of NV12, and its conversion to BGRX.
inline constexpr std::array kProfiles = {VAProfileNone, VAProfileH264ConstrainedBaseline, VAProfileH264Main,
                                         VAProfileH264High};
inline constexpr std::size_t kMaxEntrypoints = 2;
inline constexpr std::uint32_t kRateControls = VA_RC_CQP | VA_RC_CBR | VA_RC_VBR;
inline constexpr unsigned kMaxWidth = 4096;
inline constexpr unsigned kMaxHeight = 4096;
inline constexpr unsigned kMinSize = 16;

bool IsOffered(VAProfile profile);
// Of a profile that is offered.
std::vector<VAEntrypoint> Entrypoints(VAProfile profile);
std::uint32_t SurfaceFormats(VAEntrypoint entrypoint);  // VA_RT_FORMAT_…

// VA_ATTRIB_NOT_SUPPORTED for what does not apply.
std::uint32_t AttributeValue(VAEntrypoint entrypoint, VAConfigAttribType type);

// The attributes with a value.
std::vector<VAConfigAttrib> Attributes(VAEntrypoint entrypoint);

std::vector<VASurfaceAttrib> SurfaceAttributes(VAEntrypoint entrypoint);

inline constexpr std::size_t kImageFormats = 2;
VAImageFormat Nv12Format();
VAImageFormat BgrxFormat();

}  // namespace vfqual::lab_va
