#pragma once

#include <string>

#include "harness/base/result.h"

namespace vfqual {

// A random UUID (RFC 9562 version 4), lower case with dashes.
Result<std::string> NewUuid();

}  // namespace vfqual
