// Turns the log of a failed build into one clear error.
#pragma once

#include <filesystem>
#include <string_view>

#include "harness/base/result.h"

namespace vfqual {

// `log` is the end of the build's output, `outcome` how mmdebstrap ended ("exit 25: …"), `log_file` where all of it
// lies.
Error ExplainBuildFailure(std::string_view log, std::string_view outcome, const std::filesystem::path& log_file);

}  // namespace vfqual
