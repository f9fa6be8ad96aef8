// Taking our change out of a file that was edited since.
#pragma once

#include <string>

#include "harness/base/result.h"
#include "module/host_config/config_state.h"

namespace vfqual::host_config {

// What the file would hold without our change: `file.before` where nobody touched it, else `current` with only our
// change taken out, by line, and within a kernel command line by parameter. An Error (kInput) where the two cannot be
// told apart; `backup` is where the file lies as it was.
Result<FileText> WithoutOurChange(const RecordedFile& file, const FileText& current, const std::string& backup);

// The words of a command line with our change undone: what we added is gone, what we replaced or took out is back.
std::string WordsWithoutOurChange(const std::string& current, const std::string& before, const std::string& after);

}  // namespace vfqual::host_config
