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

std::vector<VAProfile> Capabilities::Profiles() const {
  std::vector<VAProfile> profiles = {VAProfileNone};
  for (const Codec* const codec : codecs_)
    profiles.insert(profiles.end(), codec->profiles.begin(), codec->profiles.end());
  return profiles;
}

const Codec* Capabilities::CodecOf(VAProfile profile) const {
  for (const Codec* const codec : codecs_) {
    if (std::find(codec->profiles.begin(), codec->profiles.end(), profile) != codec->profiles.end()) return codec;
  }
  return nullptr;
}

std::vector<VAEntrypoint> Capabilities::Entrypoints(VAProfile profile) const {
  if (profile == VAProfileNone) return {VAEntrypointVideoProc};
  const Codec* const codec = CodecOf(profile);
  if (codec == nullptr) return {};
  return {codec->entrypoints.begin(), codec->entrypoints.end()};
}

std::uint32_t Capabilities::SurfaceFormats(VAProfile profile) const {
  if (profile == VAProfileNone) {
    return VA_RT_FORMAT_YUV420 | VA_RT_FORMAT_RGB32 | (HasTenBitSurfaces() ? VA_RT_FORMAT_YUV420_10 : 0U);
  }
  return HasTenBits(profile) ? VA_RT_FORMAT_YUV420_10 : VA_RT_FORMAT_YUV420;
}

std::uint32_t Capabilities::AttributeValue(VAProfile profile, VAEntrypoint entrypoint, VAConfigAttribType type) const {
  switch (type) {
    case VAConfigAttribRTFormat:
      return SurfaceFormats(profile);
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
  const Codec* const codec = CodecOf(profile);
  return codec == nullptr ? VA_ATTRIB_NOT_SUPPORTED : codec->encode_attribute(type);
}

std::uint32_t UsualEncodeAttribute(VAConfigAttribType type, unsigned reference_lists) {
  switch (type) {
    case VAConfigAttribRateControl:
      return kRateControls;
    case VAConfigAttribEncPackedHeaders:
      // Taken, and replaced by those of the encoder's stream.
      return VA_ENC_PACKED_HEADER_SEQUENCE | VA_ENC_PACKED_HEADER_PICTURE | VA_ENC_PACKED_HEADER_SLICE |
             VA_ENC_PACKED_HEADER_MISC | VA_ENC_PACKED_HEADER_RAW_DATA;
    case VAConfigAttribEncInterlaced:
      return VA_ENC_INTERLACED_NONE;
    case VAConfigAttribEncMaxRefFrames:
      return reference_lists == 2 ? 1U | 1U << 16U : 1U;  // list 0, list 1
    case VAConfigAttribEncMaxSlices:
      return 1;
    default:
      return VA_ATTRIB_NOT_SUPPORTED;
  }
}

std::vector<VAConfigAttrib> Capabilities::Attributes(VAProfile profile, VAEntrypoint entrypoint) const {
  std::vector<VAConfigAttrib> attributes;
  for (int type = 0; type < VAConfigAttribTypeMax; ++type) {
    const auto attribute = static_cast<VAConfigAttribType>(type);
    const std::uint32_t value = AttributeValue(profile, entrypoint, attribute);
    if (value != VA_ATTRIB_NOT_SUPPORTED) attributes.push_back({attribute, value});
  }
  return attributes;
}

std::vector<VAImageFormat> Capabilities::ImageFormats() const {
  std::vector<VAImageFormat> formats = {Nv12Format(), BgrxFormat()};
  if (HasTenBitSurfaces()) formats.push_back(P010Format());
  return formats;
}

bool Capabilities::HasTenBitSurfaces() const {
  const auto profiles = Profiles();
  return std::any_of(profiles.begin(), profiles.end(), HasTenBits);
}

std::vector<VASurfaceAttrib> SurfaceAttributes(VAProfile profile) {
  std::vector<VASurfaceAttrib> attributes = {
      Number(VASurfaceAttribPixelFormat, VA_SURFACE_ATTRIB_GETTABLE | VA_SURFACE_ATTRIB_SETTABLE,
             HasTenBits(profile) ? VA_FOURCC_P010 : VA_FOURCC_NV12),
      Number(VASurfaceAttribMemoryType, VA_SURFACE_ATTRIB_GETTABLE | VA_SURFACE_ATTRIB_SETTABLE,
             VA_SURFACE_ATTRIB_MEM_TYPE_VA),
      Number(VASurfaceAttribMinWidth, VA_SURFACE_ATTRIB_GETTABLE, kMinSize),
      Number(VASurfaceAttribMinHeight, VA_SURFACE_ATTRIB_GETTABLE, kMinSize),
      Number(VASurfaceAttribMaxWidth, VA_SURFACE_ATTRIB_GETTABLE, kMaxWidth),
      Number(VASurfaceAttribMaxHeight, VA_SURFACE_ATTRIB_GETTABLE, kMaxHeight)};
  if (profile == VAProfileNone) {
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

VAImageFormat P010Format() {
  VAImageFormat format{};
  format.fourcc = VA_FOURCC_P010;
  format.byte_order = VA_LSB_FIRST;
  format.bits_per_pixel = 24;
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
