#include "suites/lab-va/capabilities.h"

#include <algorithm>

namespace vfqual::lab_va {
namespace {

VASurfaceAttrib Number(VASurfaceAttribType type, std::uint32_t flags, unsigned value) {
  VASurfaceAttrib attribute{};
  attribute.type = type;
  attribute.flags = flags;
  attribute.value.type = VAGenericValueTypeInteger;
  attribute.value.value.i = static_cast<int>(value);
  return attribute;
}

}  // namespace

bool IsOffered(VAProfile profile) {
  return std::find(kProfiles.begin(), kProfiles.end(), profile) != kProfiles.end();
}

std::vector<VAEntrypoint> Entrypoints(VAProfile profile) {
  if (profile == VAProfileNone) return {VAEntrypointVideoProc};
  return {VAEntrypointVLD, VAEntrypointEncSlice};
}

std::uint32_t SurfaceFormats(VAEntrypoint entrypoint) {
  return VA_RT_FORMAT_YUV420 | (entrypoint == VAEntrypointVideoProc ? VA_RT_FORMAT_RGB32 : 0U);
}

std::uint32_t AttributeValue(VAEntrypoint entrypoint, VAConfigAttribType type) {
  switch (type) {
    case VAConfigAttribRTFormat:
      return SurfaceFormats(entrypoint);
    case VAConfigAttribMaxPictureWidth:
      return kMaxWidth;
    case VAConfigAttribMaxPictureHeight:
      return kMaxHeight;
    default:
      break;
  }
  if (entrypoint == VAEntrypointVideoProc) return VA_ATTRIB_NOT_SUPPORTED;
  if (entrypoint == VAEntrypointVLD) {
    return type == VAConfigAttribDecSliceMode ? VA_DEC_SLICE_MODE_NORMAL : VA_ATTRIB_NOT_SUPPORTED;
  }
  switch (type) {
    case VAConfigAttribRateControl:
      return kRateControls;
    case VAConfigAttribEncPackedHeaders:
      // Taken, and replaced by those of libx264's stream.
      return VA_ENC_PACKED_HEADER_SEQUENCE | VA_ENC_PACKED_HEADER_PICTURE | VA_ENC_PACKED_HEADER_SLICE |
             VA_ENC_PACKED_HEADER_MISC | VA_ENC_PACKED_HEADER_RAW_DATA;
    case VAConfigAttribEncInterlaced:
      return VA_ENC_INTERLACED_NONE;
    case VAConfigAttribEncMaxRefFrames:
      return 1U | 1U << 16U;  // list 0, list 1
    case VAConfigAttribEncMaxSlices:
      return 1;
    default:
      return VA_ATTRIB_NOT_SUPPORTED;
  }
}

std::vector<VAConfigAttrib> Attributes(VAEntrypoint entrypoint) {
  std::vector<VAConfigAttrib> attributes;
  for (int type = 0; type < VAConfigAttribTypeMax; ++type) {
    const auto attribute = static_cast<VAConfigAttribType>(type);
    const std::uint32_t value = AttributeValue(entrypoint, attribute);
    if (value != VA_ATTRIB_NOT_SUPPORTED) attributes.push_back({attribute, value});
  }
  return attributes;
}

std::vector<VASurfaceAttrib> SurfaceAttributes(VAEntrypoint entrypoint) {
  std::vector<VASurfaceAttrib> attributes = {
      Number(VASurfaceAttribPixelFormat, VA_SURFACE_ATTRIB_GETTABLE | VA_SURFACE_ATTRIB_SETTABLE, VA_FOURCC_NV12),
      Number(VASurfaceAttribMemoryType, VA_SURFACE_ATTRIB_GETTABLE | VA_SURFACE_ATTRIB_SETTABLE,
             VA_SURFACE_ATTRIB_MEM_TYPE_VA),
      Number(VASurfaceAttribMinWidth, VA_SURFACE_ATTRIB_GETTABLE, kMinSize),
      Number(VASurfaceAttribMinHeight, VA_SURFACE_ATTRIB_GETTABLE, kMinSize),
      Number(VASurfaceAttribMaxWidth, VA_SURFACE_ATTRIB_GETTABLE, kMaxWidth),
      Number(VASurfaceAttribMaxHeight, VA_SURFACE_ATTRIB_GETTABLE, kMaxHeight)};
  if (entrypoint == VAEntrypointVideoProc) {
    attributes.push_back(
        Number(VASurfaceAttribPixelFormat, VA_SURFACE_ATTRIB_GETTABLE | VA_SURFACE_ATTRIB_SETTABLE, VA_FOURCC_BGRX));
  }
  return attributes;
}

VAImageFormat Nv12Format() {
  VAImageFormat format{};
  format.fourcc = VA_FOURCC_NV12;
  format.byte_order = VA_LSB_FIRST;
  format.bits_per_pixel = 12;
  return format;
}

VAImageFormat BgrxFormat() {
  VAImageFormat format{};
  format.fourcc = VA_FOURCC_BGRX;
  format.byte_order = VA_LSB_FIRST;
  format.bits_per_pixel = 32;
  format.depth = 24;
  format.red_mask = 0x00ff0000;
  format.green_mask = 0x0000ff00;
  format.blue_mask = 0x000000ff;
  return format;
}

}  // namespace vfqual::lab_va
