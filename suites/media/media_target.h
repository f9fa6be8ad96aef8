// The device that the media suite checks, opened once for all tests.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "suites/media/av_handles.h"
#include "suites/media/media_scale.h"
#include "suites/support/result.h"
#include "suites/va/va_display.h"
#include "suites/va/va_profiles.h"

namespace vfqual::suites {

struct MediaTarget {
  std::filesystem::path render_node;
  VaDisplay display;
  std::vector<VaCapability> capabilities;  // empty where the driver did not list them
  AvHandle<AVBufferRef> device;            // for libavcodec; null where it did not take the display
  MediaScale scale;

  VADisplay Va() const { return display.Get(); }
};

using MediaTargetPtr = std::shared_ptr<const MediaTarget>;

}  // namespace vfqual::suites
