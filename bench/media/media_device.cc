#include "bench/media/media_device.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "suites/drm/render_node.h"
#include "suites/media/va_device.h"
#include "suites/va/va_profiles.h"

namespace vfqual::bench {
namespace {

// In the order of preference within a codec. Ten bits, stills and MPEG-2 are the media suite's alone.
constexpr auto kMeasured = std::to_array<std::pair<const char*, VAProfile>>({
    {"h264", VAProfileH264High},
    {"h264", VAProfileH264Main},
    {"h264", VAProfileH264ConstrainedBaseline},
    {"hevc", VAProfileHEVCMain},
    {"vp9", VAProfileVP9Profile0},
    {"av1", VAProfileAV1Profile0},
});

}  // namespace

Result<MediaDevice> OpenMediaDevice(const std::string& drm_driver, const std::filesystem::path& render_node) {
  const auto node =
      render_node.empty() ? suites::FindRenderNode("/dev/dri", drm_driver) : Result<std::filesystem::path>(render_node);
  auto opened = node.and_then(suites::OpenVaDisplay);
  if (!opened) return Fail(opened.error());
  if (const auto* const missing = std::get_if<suites::VaDriverMissing>(&*opened)) {
    return Fail(fmt::format("no VA driver for {} in {}", node->string(), suites::SearchPath(missing->tried)));
  }
  auto display = std::get<suites::VaDisplay>(std::move(*opened));
  const auto capabilities = suites::ListCapabilities(display.Get());
  if (!capabilities) return Fail(capabilities.error());
  auto device = suites::MakeVaDevice(display.Get());
  if (!device) return Fail(device.error());
  const char* const vendor = vaQueryVendorString(display.Get());
  return MediaDevice{*node, std::move(display), std::move(*device), suites::OfferedProfiles(*capabilities),
                     vendor == nullptr ? "" : vendor};
}

std::vector<MediaCodec> CodecsOf(const std::vector<suites::OfferedProfile>& offered) {
  std::vector<MediaCodec> codecs;
  for (const auto& [name, profile] : kMeasured) {
    if (!codecs.empty() && std::string_view(codecs.back().name) == name) continue;
    const auto found = std::find_if(offered.begin(), offered.end(),
                                    [wanted = profile](const auto& one) { return one.profile.va_profile == wanted; });
    if (found != offered.end()) codecs.push_back({name, *found});
  }
  return codecs;
}

}  // namespace vfqual::bench
