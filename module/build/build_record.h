// build.json in a build's folder of the cache: written last, so that a folder without it is a half-written one.
#pragma once

#include <filesystem>

#include "harness/base/result.h"
#include "module/build/build_module.h"

namespace vfqual {

std::filesystem::path BuildRecordFile(const std::filesystem::path& folder);
Status WriteBuildRecord(const std::filesystem::path& folder, const ModuleBuild& build);
// `cached` is set. An error where there is none, or where a module's file is gone.
Result<ModuleBuild> ReadBuildRecord(const std::filesystem::path& folder);

}  // namespace vfqual
