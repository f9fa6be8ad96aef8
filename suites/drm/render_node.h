// DRM render nodes and the driver behind one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "suites/support/result.h"
#include "suites/support/unique_fd.h"

namespace vfqual::suites {

Result<UniqueFd> OpenRenderNode(const std::filesystem::path& path);

// The driver's name as DRM_IOCTL_VERSION tells it: "i915".
Result<std::string> DrmDriverName(int fd);

// The first node in `folder` (/dev/dri) whose driver has that name. The error names the nodes that are there instead.
Result<std::filesystem::path> FindRenderNode(const std::filesystem::path& folder, std::string_view driver);

// Why this user may open none of the nodes in `folder`. Nothing where one opens, or none is there, or something else is
// wrong with them.
std::optional<std::string> WhyClosedToUs(const std::filesystem::path& folder);

}  // namespace vfqual::suites
