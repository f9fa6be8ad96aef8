// The VA device that is measured, opened once for all benchmarks.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/media/media_loop.h"
#include "suites/media/av_handles.h"
#include "suites/media/codec_profile.h"
#include "suites/va/va_display.h"

namespace vfqual::bench {

struct MediaDevice {
  std::filesystem::path render_node;
  suites::VaDisplay display;
  suites::AvHandle<AVBufferRef> device;  // for libavcodec
  std::vector<suites::OfferedProfile> offered;
  std::string vendor;
};

// `render_node`: empty takes the DRM driver's first. The error of a device that libva has no driver for begins with
// "no VA driver".
Result<MediaDevice> OpenMediaDevice(const std::string& drm_driver, const std::filesystem::path& render_node);

struct MediaCodec {
  const char* name;  // as in the benchmark's: "h264"
  suites::OfferedProfile offered;
};

// One profile of each codec that the driver decodes or encodes: the one that keeps most tools of the codec in use.
std::vector<MediaCodec> CodecsOf(const std::vector<suites::OfferedProfile>& offered);

}  // namespace vfqual::bench
