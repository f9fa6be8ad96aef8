// What EnsureImage would do, for --dry-run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "vmimages/image_definition.h"

namespace vfqual {

// Lines for a person: "ready: …", or the commands and the files of a build. Touches nothing.
Result<std::vector<std::string>> PreviewBuild(const ImageDefinition& definition, const std::string& kernel,
                                              const std::filesystem::path& cache, const std::string& mirror);

}  // namespace vfqual
