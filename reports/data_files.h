// The data files that the program carries, so that one copied file works on any machine, and folders in their place.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace vfqual::reports {

// Name and text, in the order of the names.
using DataFiles = std::vector<std::pair<std::string, std::string>>;

DataFiles BuiltInKnownIssueFiles();   // reports/known-issues/*.json
DataFiles BuiltInExpectationFiles();  // reports/expectations/*.json

// All *.json of the folder but schemas; the error names what cannot be read.
tl::expected<DataFiles, std::string> ReadDataFolder(const std::string& folder);

}  // namespace vfqual::reports
