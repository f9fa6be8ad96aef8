// A module's folder into the cache.
#pragma once

#include <filesystem>
#include <functional>

#include "harness/base/result.h"
#include "module/source/tree_writer.h"

namespace vfqual {

// Files, folders and links that stay inside; what version control keeps beside them (.git, .svn, .hg) is left out.
Status CopyFolder(const std::filesystem::path& from, const std::filesystem::path& to, TreeLimits limits = {},
                  const std::function<bool()>& cancelled = {});

}  // namespace vfqual
