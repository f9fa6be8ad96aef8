#include "suites/va/va_profiles.h"

#include <fmt/format.h>
#include <va/va_str.h>

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

}  // namespace vfqual::suites
