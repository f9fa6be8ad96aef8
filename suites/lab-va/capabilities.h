// What the lab's VA driver offers.
#pragma once

#include <va/va.h>

#include <array>
#include <cstdint>
#include <vector>

namespace vfqual::lab_va {

inline constexpr const char* kVendor = "vfqual lab software driver for the stand-in GPU (libx264, libavcodec)";

inline constexpr std::array kProfiles = {VAProfileH264ConstrainedBaseline, VAProfileH264Main, VAProfileH264High};
inline constexpr std::array kEntrypoints = {VAEntrypointVLD, VAEntrypointEncSlice};
inline constexpr std::uint32_t kRateControls = VA_RC_CQP | VA_RC_CBR | VA_RC_VBR;
inline constexpr unsigned kMaxWidth = 4096;
inline constexpr unsigned kMaxHeight = 4096;
inline constexpr unsigned kMinSize = 16;

bool IsOffered(VAProfile profile);
bool IsOffered(VAEntrypoint entrypoint);

// VA_ATTRIB_NOT_SUPPORTED for what does not apply.
std::uint32_t AttributeValue(VAEntrypoint entrypoint, VAConfigAttribType type);

// The attributes with a value.
std::vector<VAConfigAttrib> Attributes(VAEntrypoint entrypoint);

std::vector<VASurfaceAttrib> SurfaceAttributes();
VAImageFormat Nv12Format();

}  // namespace vfqual::lab_va
