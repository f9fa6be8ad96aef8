// What vainfo says, to be compared with what libva tells this program.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "suites/support/result.h"

namespace vfqual::suites {

// "VAProfileH264High/VAEntrypointEncSlice", in vainfo's order. Lines that are of another form are passed over.
std::vector<std::string> ParseVainfo(std::string_view output);

// Runs vainfo on that render node (the error: support/run_program.h).
Result<std::string> RunVainfo(const std::filesystem::path& render_node);

// The same pairs, in any order; the error names those that only one of them has.
Status CheckSameCapabilities(const std::vector<std::string>& libva, const std::vector<std::string>& vainfo);

}  // namespace vfqual::suites
