// What a tree of sources is, whatever it came in.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/result.h"

namespace vfqual {

// SHA-256 over the sorted paths of the files and links, whether a file is executable, and the contents; empty folders,
// owners and times do not count.
Result<std::string> FingerprintTree(const std::filesystem::path& folder);

}  // namespace vfqual
