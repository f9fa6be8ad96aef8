#include "suites/va/va_profiles.h"

#include <fmt/format.h>
#include <va/va_str.h>

#include <algorithm>

#include "suites/va/va_display.h"

namespace vfqual::suites {
namespace {

Result<std::vector<VAProfile>> ListProfiles(VADisplay display) {
  const int room = vaMaxNumProfiles(display);
  std::vector<VAProfile> profiles(static_cast<std::size_t>(room > 0 ? room : 0));
  int count = 0;
  const VAStatus status = vaQueryConfigProfiles(display, profiles.data(), &count);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaQueryConfigProfiles", status));
  if (count < 0 || count > room)
    return Fail(fmt::format("vaQueryConfigProfiles: {} profiles, at most {} announced", count, room));
  profiles.resize(static_cast<std::size_t>(count));
  return profiles;
}

Result<std::vector<VAEntrypoint>> ListEntrypoints(VADisplay display, VAProfile profile) {
  const int room = vaMaxNumEntrypoints(display);
  std::vector<VAEntrypoint> entrypoints(static_cast<std::size_t>(room > 0 ? room : 0));
  int count = 0;
  const VAStatus status = vaQueryConfigEntrypoints(display, profile, entrypoints.data(), &count);
  const auto call = fmt::format("vaQueryConfigEntrypoints({})", vaProfileStr(profile));
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed(call, status));
  if (count < 1 || count > room) return Fail(fmt::format("{}: {} entrypoints, 1 to {} expected", call, count, room));
  entrypoints.resize(static_cast<std::size_t>(count));
  return entrypoints;
}

}  // namespace

std::string Name(const VaCapability& capability) {
  return fmt::format("{}/{}", vaProfileStr(capability.profile), vaEntrypointStr(capability.entrypoint));
}

Result<std::vector<VaCapability>> ListCapabilities(VADisplay display) {
  const auto profiles = ListProfiles(display);
  if (!profiles) return Fail(profiles.error());
  std::vector<VaCapability> capabilities;
  for (const auto profile : *profiles) {
    const auto entrypoints = ListEntrypoints(display, profile);
    if (!entrypoints) return Fail(entrypoints.error());
    for (const auto entrypoint : *entrypoints) capabilities.push_back({.profile = profile, .entrypoint = entrypoint});
  }
  return capabilities;
}

Status CheckCapabilityIsUsable(VADisplay display, const VaCapability& capability) {
  VAConfigAttrib formats{.type = VAConfigAttribRTFormat, .value = 0};
  const VAStatus status = vaGetConfigAttributes(display, capability.profile, capability.entrypoint, &formats, 1);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaGetConfigAttributes(" + Name(capability) + ")", status));
  if (formats.value == 0) return Fail(Name(capability) + ": no surface format (VAConfigAttribRTFormat is 0)");
  return {};
}

namespace {

Status CheckConfigOf(VADisplay display, VAConfigID config, const VaCapability& capability) {
  const int room = vaMaxNumConfigAttributes(display);
  std::vector<VAConfigAttrib> attributes(static_cast<std::size_t>(room > 0 ? room : 0));
  VaCapability answered{VAProfileNone, VAEntrypointVLD};
  int count = 0;
  VAStatus status =
      vaQueryConfigAttributes(display, config, &answered.profile, &answered.entrypoint, attributes.data(), &count);
  if (status != VA_STATUS_SUCCESS)
    return Fail(VaCallFailed("vaQueryConfigAttributes(" + Name(capability) + ")", status));
  if (answered.profile != capability.profile || answered.entrypoint != capability.entrypoint) {
    return Fail(fmt::format("a configuration of {} says that it is of {}", Name(capability), Name(answered)));
  }
  if (count < 0 || count > room) {
    return Fail(
        fmt::format("vaQueryConfigAttributes({}): {} attributes, at most {} announced", Name(capability), count, room));
  }
  unsigned surface_attributes = 0;
  status = vaQuerySurfaceAttributes(display, config, nullptr, &surface_attributes);
  if (status != VA_STATUS_SUCCESS)
    return Fail(VaCallFailed("vaQuerySurfaceAttributes(" + Name(capability) + ")", status));
  if (surface_attributes == 0) return Fail(Name(capability) + ": no surface attribute");
  return {};
}

}  // namespace

Status CheckConfig(VADisplay display, const VaCapability& capability) {
  VAConfigID config = VA_INVALID_ID;
  const VAStatus status = vaCreateConfig(display, capability.profile, capability.entrypoint, nullptr, 0, &config);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaCreateConfig(" + Name(capability) + ")", status));
  auto checked = CheckConfigOf(display, config, capability);
  const VAStatus destroyed = vaDestroyConfig(display, config);
  if (checked && destroyed != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaDestroyConfig", destroyed));
  return checked;
}

Status CheckUnofferedIsRefused(VADisplay display, const std::vector<VaCapability>& offered) {
  constexpr VAProfile kLongGone = VAProfileH263Baseline;
  for (const auto& capability : offered) {
    if (capability.profile == kLongGone) return {};
  }
  VAConfigID config = VA_INVALID_ID;
  const VAStatus status = vaCreateConfig(display, kLongGone, VAEntrypointVLD, nullptr, 0, &config);
  if (status == VA_STATUS_ERROR_UNSUPPORTED_PROFILE) return {};
  if (status == VA_STATUS_SUCCESS) vaDestroyConfig(display, config);
  return Fail(fmt::format("vaCreateConfig({}), which is not offered: {}, VA_STATUS_ERROR_UNSUPPORTED_PROFILE expected",
                          vaProfileStr(kLongGone), vaStatusStr(status)));
}

std::optional<unsigned> ConfigAttribute(VADisplay display, const VaCapability& capability, VAConfigAttribType type) {
  VAConfigAttrib attribute{.type = type, .value = VA_ATTRIB_NOT_SUPPORTED};
  const VAStatus status = vaGetConfigAttributes(display, capability.profile, capability.entrypoint, &attribute, 1);
  if (status != VA_STATUS_SUCCESS || attribute.value == VA_ATTRIB_NOT_SUPPORTED) return std::nullopt;
  return attribute.value;
}

PictureSize SmallestPicture(VADisplay display, const VaCapability& capability) {
  constexpr unsigned kMacroblock = 16;
  PictureSize smallest{kMacroblock, kMacroblock};
  VAConfigID config = VA_INVALID_ID;
  if (vaCreateConfig(display, capability.profile, capability.entrypoint, nullptr, 0, &config) != VA_STATUS_SUCCESS) {
    return smallest;
  }
  unsigned count = 0;
  vaQuerySurfaceAttributes(display, config, nullptr, &count);
  std::vector<VASurfaceAttrib> attributes(count);
  if (vaQuerySurfaceAttributes(display, config, attributes.data(), &count) == VA_STATUS_SUCCESS) {
    for (const auto& attribute : attributes) {
      const auto value = static_cast<unsigned>(attribute.value.value.i);
      if (attribute.type == VASurfaceAttribMinWidth) smallest.width = std::max(smallest.width, value);
      if (attribute.type == VASurfaceAttribMinHeight) smallest.height = std::max(smallest.height, value);
    }
  }
  vaDestroyConfig(display, config);
  return smallest;
}

}  // namespace vfqual::suites
