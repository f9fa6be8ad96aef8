// Where the program's own data files and its heavy artefacts lie.
#pragma once

#include <filesystem>

#include "harness/base/result.h"

namespace vfqual {

// The folder that holds vmimages/definitions/, module/lab-gpu/ and the other data folders of the source tree:
// $VFQUAL_DATA_DIR, else <folder of the program>/../share/vfqual, else the source tree that the program was built from.
// The first that exists; an error says how to point to it.
Result<std::filesystem::path> DataFolder();

// $VFQUAL_CACHE, else $XDG_CACHE_HOME/vfqual, else $HOME/.cache/vfqual; made when it is not there.
Result<std::filesystem::path> CacheFolder();

}  // namespace vfqual
