#pragma once

#include "suites/media/codec_profile.h"
#include "suites/media/media_target.h"

namespace vfqual::suites {

// Other programs work with the driver: ffmpeg and GStreamer encode and decode H.264 with it, where they are installed.
void AddProgramTests(const MediaTargetPtr& target, const std::vector<OfferedProfile>& offered);

}  // namespace vfqual::suites
