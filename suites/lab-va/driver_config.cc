#include <algorithm>
#include <bit>

#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/driver.h"

namespace vfqual::lab_va {

VAStatus Driver::CheckOffered(VAProfile profile, VAEntrypoint entrypoint) const {
  const auto offered = capabilities_.Entrypoints(profile);
  if (offered.empty()) return VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
  const bool found = std::find(offered.begin(), offered.end(), entrypoint) != offered.end();
  return found ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT;
}

VAStatus Driver::QueryConfigProfiles(VAProfile* profiles, int* count) const {
  const auto offered = capabilities_.Profiles();
  std::copy(offered.begin(), offered.end(), profiles);
  *count = static_cast<int>(offered.size());
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::QueryConfigEntrypoints(VAProfile profile, VAEntrypoint* entrypoints, int* count) const {
  const auto offered = capabilities_.Entrypoints(profile);
  std::copy(offered.begin(), offered.end(), entrypoints);
  *count = static_cast<int>(offered.size());
  return offered.empty() ? VA_STATUS_ERROR_UNSUPPORTED_PROFILE : VA_STATUS_SUCCESS;
}

VAStatus Driver::GetConfigAttributes(VAProfile profile, VAEntrypoint entrypoint, VAConfigAttrib* attributes,
                                     int count) const {
  if (const VAStatus offered = CheckOffered(profile, entrypoint); offered != VA_STATUS_SUCCESS) return offered;
  for (int index = 0; index < count; ++index) {
    attributes[index].value = capabilities_.AttributeValue(profile, entrypoint, attributes[index].type);
  }
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::CreateConfig(VAProfile profile, VAEntrypoint entrypoint, VAConfigAttrib* attributes, int count,
                              VAConfigID* id) {
  if (const VAStatus offered = CheckOffered(profile, entrypoint); offered != VA_STATUS_SUCCESS) return offered;
  Config config{profile, entrypoint, VA_RC_CQP};
  for (int index = 0; index < count; ++index) {
    const auto& attribute = attributes[index];
    if (attribute.type == VAConfigAttribRTFormat && (attribute.value & capabilities_.SurfaceFormats(profile)) == 0) {
      return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
    }
    if (attribute.type == VAConfigAttribRateControl && entrypoint != VAEntrypointVLD) {
      const auto mode = attribute.value;
      const auto offered_modes = capabilities_.AttributeValue(profile, entrypoint, VAConfigAttribRateControl);
      const bool one_of_them = std::has_single_bit(mode) && (mode & offered_modes) != 0;
      if (offered_modes == VA_ATTRIB_NOT_SUPPORTED || !one_of_them) return VA_STATUS_ERROR_INVALID_VALUE;
      config.rate_control = mode;
    }
  }
  *id = configs_.Make(config).first;
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::DestroyConfig(VAConfigID id) {
  return configs_.Destroy(id) ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_CONFIG;
}

VAStatus Driver::QueryConfigAttributes(VAConfigID id, VAProfile* profile, VAEntrypoint* entrypoint,
                                       VAConfigAttrib* attributes, int* count) {
  const Config* const config = configs_.Find(id);
  if (config == nullptr) return VA_STATUS_ERROR_INVALID_CONFIG;
  *profile = config->profile;
  *entrypoint = config->entrypoint;
  auto known = capabilities_.Attributes(config->profile, config->entrypoint);
  for (auto& attribute : known) {
    if (attribute.type == VAConfigAttribRateControl) attribute.value = config->rate_control;
  }
  std::copy(known.begin(), known.end(), attributes);
  *count = static_cast<int>(known.size());
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::QuerySurfaceAttributes(VAConfigID id, VASurfaceAttrib* attributes, unsigned* count) {
  const Config* const config = configs_.Find(id);
  if (config == nullptr) return VA_STATUS_ERROR_INVALID_CONFIG;
  const auto known = SurfaceAttributes(config->profile);
  const unsigned room = *count;
  *count = static_cast<unsigned>(known.size());
  if (attributes == nullptr) return VA_STATUS_SUCCESS;
  if (room < known.size()) return VA_STATUS_ERROR_MAX_NUM_EXCEEDED;
  std::copy(known.begin(), known.end(), attributes);
  return VA_STATUS_SUCCESS;
}

}  // namespace vfqual::lab_va
