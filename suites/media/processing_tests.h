#pragma once

#include "suites/media/media_target.h"

namespace vfqual::suites {

// Scaling and colour conversion, where the driver offers video processing and the formats.
void AddProcessingTests(const MediaTargetPtr& target);

}  // namespace vfqual::suites
