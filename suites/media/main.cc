// suite_media: libva on the guest's GPU drives what it says, and encodes and decodes right.
// By hand, in a guest: suite_media [--scale=lab]
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "suites/drm/render_node.h"
#include "suites/media/codec_profile.h"
#include "suites/media/decode_tests.h"
#include "suites/media/driver_tests.h"
#include "suites/media/encode_tests.h"
#include "suites/media/media_target.h"
#include "suites/media/processing_tests.h"
#include "suites/media/program_tests.h"
#include "suites/media/va_device.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"
#include "suites/support/suite_main.h"

namespace vfqual::suites {
namespace {

struct MediaOptions {
  std::string driver = "i915";
  std::filesystem::path render_node;  // empty: the driver's first
  bool va_driver_optional = false;
  DriverExpectations expected;
  MediaScale scale = kFullScale;
};

constexpr const char* kRenderNodes = "/dev/dri";

// Without a display every test of the driver says why.
void AddTestsWithoutDisplay(const std::function<void()>& body) {
  AddTest("VaDriver", "Initializes", body);
  AddTest("VaDriver", "NamesItsVendor", body);
  AddTest("VaProfiles", "AreListed", body);
  AddTest("VaProfiles", "AnswerQueries", body);
}

void AddCodecTests(const MediaTargetPtr& target, const Status& device) {
  const auto offered = OfferedProfiles(target->capabilities);
  for (const auto& profile : KnownProfiles()) {
    const std::string name = profile.name;
    const auto found = std::find_if(offered.begin(), offered.end(), [&](const OfferedProfile& one) {
      return one.profile.va_profile == profile.va_profile;
    });
    const auto skip = [&](const char* test) {
      AddTest(profile.name, test, [name, test] {
        SkipTest(SkipReason::kNotOffered,
                 fmt::format("the driver does not {} {}", test == std::string("Encode") ? "encode" : "decode", name));
      });
    };
    if (found != offered.end() && !device) {
      AddTest(profile.name, "IsUsable", [device] { ExpectOk(device); });
      continue;
    }
    if (found != offered.end() && found->encode) {
      AddEncodeTests(target, *found);
    } else {
      skip("Encode");
    }
    if (found != offered.end() && found->decode) {
      AddDecodeTests(target, *found);
    } else {
      skip("Decode");
    }
  }
}

void AddMediaTests(const MediaOptions& options) {
  if (const auto closed = options.render_node.empty() ? WhyClosedToUs(kRenderNodes) : std::nullopt) {
    return AddTestsWithoutDisplay([=] { FailForLack(*closed); });
  }
  const auto node = options.render_node.empty() ? FindRenderNode(kRenderNodes, options.driver) : options.render_node;
  auto opened = node.and_then(OpenVaDisplay);
  if (!opened) return AddTestsWithoutDisplay([error = opened.error()] { ExpectOk(Fail(error)); });
  if (const auto* const missing = std::get_if<VaDriverMissing>(&*opened)) {
    const auto what = fmt::format("no VA driver for {} in {}", options.driver, SearchPath(missing->tried));
    const auto tried = fmt::format("{} (libva looked for {}): install one, for instance intel-media-va-driver", what,
                                   fmt::join(missing->tried, ", "));
    const bool optional = options.va_driver_optional;
    return AddTestsWithoutDisplay([=] {
      if (optional) return SkipTest(SkipReason::kNoVaDriver, what);
      FailForLack(tried);
    });
  }
  auto target = std::make_shared<MediaTarget>(
      MediaTarget{*node, std::get<VaDisplay>(std::move(*opened)), {}, nullptr, options.scale});
  target->capabilities = ListCapabilities(target->Va()).value_or(std::vector<VaCapability>{});
  auto device = MakeVaDevice(target->Va());
  Status device_status;
  if (device) {
    target->device = std::move(*device);
  } else {
    device_status = Fail(device.error());
  }
  AddDriverTests(target, options.expected);
  AddCodecTests(target, device_status);
  AddProcessingTests(target);
  AddProgramTests(target, OfferedProfiles(target->capabilities));
}

}  // namespace
}  // namespace vfqual::suites

int main(int argc, char** argv) {
  namespace suites = vfqual::suites;
  suites::MediaOptions options;
  std::string va_driver = "required";
  std::string scale = "full";
  const std::map<std::string, suites::MediaScale> scales = {{"full", suites::kFullScale}, {"lab", suites::kLabScale}};
  const auto add_options = [&](CLI::App& app) {
    app.description("Checks libva on this guest's GPU.");
    app.add_option("--driver", options.driver, "the DRM driver whose render node to use")->capture_default_str();
    app.add_option("--render-node", options.render_node,
                   "the render node to use (default: the driver's first in /dev/dri)");
    app.add_option("--va-driver", va_driver,
                   "'optional': a device that libva has no driver for is skipped, not a failure")
        ->check(CLI::IsMember({"required", "optional"}))
        ->capture_default_str();
    app.add_option("--vendor", options.expected.vendor,
                   "a part of what the VA driver calls itself (default: anything)");
    app.add_option("--vainfo", options.expected.vainfo, "a file with what vainfo printed (default: vainfo is run)");
    app.add_option("--scale", scale, "how much is encoded and decoded; 'lab': for an emulated processor")
        ->check(CLI::IsMember({"full", "lab"}))
        ->capture_default_str();
    app.footer("Example: suite_media --vendor=iHD --gtest_output=json:media.json");
  };
  const auto add_tests = [&] {
    options.va_driver_optional = va_driver == "optional";
    options.scale = scales.at(scale);
    suites::AddMediaTests(options);
  };
  return suites::RunSuite(argc, argv, add_options, add_tests, "opening the VA driver and asking what it offers");
}
