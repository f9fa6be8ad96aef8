#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace vfqual {

// A random UUID (RFC 9562 version 4), lower case with dashes.
Result<std::string> NewUuid();

// The form that NewUuid() makes; any version.
bool IsUuid(std::string_view text);

}  // namespace vfqual
