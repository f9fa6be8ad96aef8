// suite_media: libva on the guest's GPU.
// By hand, in a guest: suite_media [--va-driver=optional]
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "suites/drm/render_node.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"
#include "suites/support/suite_main.h"
#include "suites/va/va_display.h"
#include "suites/va/va_profiles.h"

namespace vfqual::suites {
namespace {

struct MediaOptions {
  std::string driver = "i915";
  std::filesystem::path render_node;  // empty: the driver's first
  bool va_driver_optional = false;
};

// Runs `body` on the initialized display; where there is none the test fails, or is skipped where that was allowed.
void WithDisplay(const MediaOptions& options, const std::function<void(const VaDisplay&)>& body) {
  const auto node = options.render_node.empty() ? FindRenderNode("/dev/dri", options.driver) : options.render_node;
  const auto opened = node.and_then(OpenVaDisplay);
  if (!opened) return ExpectOk(Fail(opened.error()));
  if (const auto* const missing = std::get_if<VaDriverMissing>(&*opened)) {
    const auto what = fmt::format("no VA driver for {} in {}", options.driver, SearchPath(missing->tried));
    if (options.va_driver_optional) return SkipTest(SkipReason::kNoVaDriver, what);
    return ExpectOk(Fail(fmt::format("{} (tried {})", what, fmt::join(missing->tried, ", "))));
  }
  body(*std::get_if<VaDisplay>(&*opened));
}

void DriverNamesItsVendor(const VaDisplay& display) {
  const char* const vendor = vaQueryVendorString(display.Get());
  if (vendor == nullptr || *vendor == '\0') return ExpectOk(Fail("vaQueryVendorString gave no text"));
  testing::Test::RecordProperty("vendor", vendor);
}

void ProfilesAreListed(const VaDisplay& display) {
  const auto capabilities = ListCapabilities(display.Get());
  if (!capabilities) return ExpectOk(Fail(capabilities.error()));
  if (capabilities->empty()) return ExpectOk(Fail("the driver offers no profile"));
  std::vector<std::string> names;
  for (const auto& capability : *capabilities) names.push_back(Name(capability));
  testing::Test::RecordProperty("capabilities", fmt::format("{}", fmt::join(names, " ")));
}

void ProfilesAnswerQueries(const VaDisplay& display) {
  const auto capabilities = ListCapabilities(display.Get());
  if (!capabilities) return ExpectOk(Fail(capabilities.error()));
  for (const auto& capability : *capabilities) ExpectOk(CheckCapabilityIsUsable(display.Get(), capability));
}

void AddMediaTests(const MediaOptions& options) {
  const auto add = [&](const char* suite_name, const char* test_name, void (*body)(const VaDisplay&)) {
    AddTest(suite_name, test_name, [=] { WithDisplay(options, body); });
  };
  add("VaDriver", "Initializes", [](const VaDisplay&) {});
  add("VaDriver", "NamesItsVendor", DriverNamesItsVendor);
  add("VaProfiles", "AreListed", ProfilesAreListed);
  add("VaProfiles", "AnswerQueries", ProfilesAnswerQueries);
}

}  // namespace
}  // namespace vfqual::suites

int main(int argc, char** argv) {
  namespace suites = vfqual::suites;
  suites::MediaOptions options;
  std::string va_driver = "required";
  const auto add_options = [&](CLI::App& app) {
    app.description("Checks libva on this guest's GPU.");
    app.add_option("--driver", options.driver, "the DRM driver whose render node to use")->capture_default_str();
    app.add_option("--render-node", options.render_node,
                   "the render node to use (default: the driver's first in /dev/dri)");
    app.add_option("--va-driver", va_driver,
                   "'optional': a device that libva has no driver for is skipped, not a failure")
        ->check(CLI::IsMember({"required", "optional"}))
        ->capture_default_str();
    app.footer("Example: suite_media --gtest_output=json:media.json");
  };
  return suites::RunSuite(argc, argv, add_options, [&] {
    options.va_driver_optional = va_driver == "optional";
    suites::AddMediaTests(options);
  });
}
