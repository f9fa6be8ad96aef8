#include "harness/cell/device_users.h"

#include "harness/facts/open_files.h"

namespace vfqual {

Result<std::vector<std::string>> UsersOfDrmDevice(Host& host, const PciAddress& gpu) {
  const auto nodes = host.List(gpu.SysfsPath() + "/drm");
  if (!nodes) return std::vector<std::string>{};  // no DRM driver is bound
  std::vector<std::string> paths;
  for (const auto& node : *nodes) paths.push_back("/dev/dri/" + node);
  return ProcessesHolding(host, paths);
}

}  // namespace vfqual
