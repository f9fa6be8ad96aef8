#include <algorithm>

#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/driver.h"

namespace vfqual::lab_va {

namespace {

VAStatus CheckOffered(VAProfile profile, VAEntrypoint entrypoint) {
  if (!IsOffered(profile)) return VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
  const auto offered = Entrypoints(profile);
  const bool found = std::find(offered.begin(), offered.end(), entrypoint) != offered.end();
  return found ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT;
}

}  // namespace

VAStatus Driver::QueryConfigProfiles(VAProfile* profiles, int* count) {
  std::copy(kProfiles.begin(), kProfiles.end(), profiles);
  *count = static_cast<int>(kProfiles.size());
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::QueryConfigEntrypoints(VAProfile profile, VAEntrypoint* entrypoints, int* count) {
  *count = 0;
  if (!IsOffered(profile)) return VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
  const auto offered = Entrypoints(profile);
  std::copy(offered.begin(), offered.end(), entrypoints);
  *count = static_cast<int>(offered.size());
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::GetConfigAttributes(VAProfile profile, VAEntrypoint entrypoint, VAConfigAttrib* attributes,
                                     int count) {
  if (const VAStatus offered = CheckOffered(profile, entrypoint); offered != VA_STATUS_SUCCESS) return offered;
  for (int index = 0; index < count; ++index) {
    attributes[index].value = AttributeValue(entrypoint, attributes[index].type);
  }
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::CreateConfig(VAProfile profile, VAEntrypoint entrypoint, VAConfigAttrib* attributes, int count,
                              VAConfigID* id) {
  if (const VAStatus offered = CheckOffered(profile, entrypoint); offered != VA_STATUS_SUCCESS) return offered;
  Config config{profile, entrypoint, VA_RC_CQP};
  for (int index = 0; index < count; ++index) {
    const auto& attribute = attributes[index];
    if (attribute.type == VAConfigAttribRTFormat && (attribute.value & SurfaceFormats(entrypoint)) == 0) {
      return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
    }
    if (attribute.type == VAConfigAttribRateControl && entrypoint == VAEntrypointEncSlice) {
      const auto mode = attribute.value;
      if (mode != VA_RC_CQP && mode != VA_RC_CBR && mode != VA_RC_VBR) return VA_STATUS_ERROR_INVALID_VALUE;
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
  auto known = Attributes(config->entrypoint);
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
  const auto known = SurfaceAttributes(config->entrypoint);
  const unsigned room = *count;
  *count = static_cast<unsigned>(known.size());
  if (attributes == nullptr) return VA_STATUS_SUCCESS;
  if (room < known.size()) return VA_STATUS_ERROR_MAX_NUM_EXCEEDED;
  std::copy(known.begin(), known.end(), attributes);
  return VA_STATUS_SUCCESS;
}

}  // namespace vfqual::lab_va
