#pragma once

#include "suites/media/codec_profile.h"
#include "suites/media/media_target.h"

namespace vfqual::suites {

// Of a profile in which the driver decodes.
void AddDecodeTests(const MediaTargetPtr& target, const OfferedProfile& offered);

}  // namespace vfqual::suites
