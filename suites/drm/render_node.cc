#include "suites/drm/render_node.h"

#include <drm.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace vfqual::suites {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> RenderNodes(const fs::path& folder) {
  std::vector<fs::path> nodes;
  std::error_code absent;
  for (fs::directory_iterator entry(folder, absent), end; !absent && entry != end; entry.increment(absent)) {
    if (entry->path().filename().string().starts_with("renderD")) nodes.push_back(entry->path());
  }
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

}  // namespace

Result<UniqueFd> OpenRenderNode(const fs::path& path) {
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd) return Fail(fmt::format("{}: {}", path.string(), std::strerror(errno)));
  return fd;
}

Result<std::string> DrmDriverName(int fd) {
  std::array<char, 64> name{};
  drm_version version{};
  version.name = name.data();
  version.name_len = name.size();
  if (ioctl(fd, DRM_IOCTL_VERSION, &version) != 0)
    return Fail(fmt::format("DRM_IOCTL_VERSION: {}", std::strerror(errno)));
  return std::string(name.data(), std::min<std::size_t>(version.name_len, name.size()));
}

Result<fs::path> FindRenderNode(const fs::path& folder, std::string_view driver) {
  std::vector<std::string> others;
  for (const auto& node : RenderNodes(folder)) {
    const auto name = OpenRenderNode(node).and_then([](const UniqueFd& fd) { return DrmDriverName(fd.Get()); });
    if (name == driver) return node;
    others.push_back(name ? fmt::format("{} is {}'s", node.string(), *name) : name.error());
  }
  return Fail(fmt::format("{} has no render node of driver {} ({})", folder.string(), driver,
                          others.empty() ? "nor of any other" : fmt::format("{}", fmt::join(others, "; "))));
}

std::optional<std::string> WhyClosedToUs(const fs::path& folder) {
  std::string closed;
  for (const auto& node : RenderNodes(folder)) {
    const UniqueFd fd(open(node.c_str(), O_RDWR | O_CLOEXEC));
    struct stat facts {};
    if (fd || errno != EACCES || stat(node.c_str(), &facts) != 0) return std::nullopt;
    closed += fmt::format("{}{} (mode {:o}, owner {}, group {})", closed.empty() ? "" : ", ", node.string(),
                          facts.st_mode & 0777U, facts.st_uid, facts.st_gid);
  }
  if (closed.empty()) return std::nullopt;
  return fmt::format("user {} may not open {}: let the user's group, mostly render, read and write it", geteuid(),
                     closed);
}

}  // namespace vfqual::suites
