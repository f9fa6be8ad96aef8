#include "harness/facts/platform.h"

#include <algorithm>
#include <string_view>

#include "harness/base/strict_json.h"

namespace vfqual {

extern const std::string_view kPlatformsJson;

Result<std::vector<Platform>> LoadPlatforms() {
  const std::string source = "platforms.json";
  VFQUAL_TRY(const auto document, ParseJson(std::string(kPlatformsJson), source), "");
  ObjectReader top(document, source, "");
  top.String("schema");
  top.String("source");
  top.String("fp32_lanes_source");
  const auto& list = top.Value("platforms", true);
  VFQUAL_CHECK(top.Finish(), "");
  std::vector<Platform> platforms;
  for (std::size_t index = 0; index < list.size(); ++index) {
    ObjectReader reader(list[index], source, "/platforms/" + std::to_string(index));
    Platform platform;
    platform.id = reader.String("id");
    platform.name = reader.String("name");
    platform.hardware = reader.Boolean("hardware");
    platform.drivers = reader.Strings("drivers");
    platform.default_vfs = static_cast<int>(reader.Integer("default_vfs", 1, 64));
    platform.fp32_lanes_per_eu = static_cast<int>(reader.Integer("fp32_lanes_per_eu", 0, 64, 0));
    platform.device_ids = reader.Strings("device_ids");
    VFQUAL_CHECK(reader.Finish(), "");
    platforms.push_back(std::move(platform));
  }
  return platforms;
}

const Platform* FindPlatform(const std::vector<Platform>& platforms, const std::string& device) {
  for (const auto& platform : platforms) {
    if (std::find(platform.device_ids.begin(), platform.device_ids.end(), device) != platform.device_ids.end()) {
      return &platform;
    }
  }
  return nullptr;
}

std::vector<std::string> AllDeviceIds(const std::vector<Platform>& platforms) {
  std::vector<std::string> ids;
  for (const auto& platform : platforms) {
    ids.insert(ids.end(), platform.device_ids.begin(), platform.device_ids.end());
  }
  return ids;
}

}  // namespace vfqual
