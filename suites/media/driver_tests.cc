#include "suites/media/driver_tests.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "suites/media/surface_checks.h"
#include "suites/media/vainfo_output.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"
#include "suites/support/run_program.h"

namespace vfqual::suites {
namespace {

void DriverNamesItsVendor(const MediaTarget& target, const std::string& expected) {
  const char* const vendor = vaQueryVendorString(target.Va());
  if (vendor == nullptr || *vendor == '\0') return ExpectOk(Fail("vaQueryVendorString gave no text"));
  testing::Test::RecordProperty("vendor", vendor);
  if (std::string_view(vendor).find(expected) == std::string_view::npos) {
    ExpectOk(Fail(fmt::format("the driver calls itself '{}', expected was '{}'", vendor, expected)));
  }
}

std::vector<std::string> Names(const MediaTarget& target) {
  std::vector<std::string> names;
  for (const auto& capability : target.capabilities) names.push_back(Name(capability));
  return names;
}

void ProfilesAreListed(const MediaTarget& target) {
  const auto capabilities = ListCapabilities(target.Va());
  if (!capabilities) return ExpectOk(Fail(capabilities.error()));
  if (capabilities->empty()) return ExpectOk(Fail("the driver offers no profile"));
  testing::Test::RecordProperty("capabilities", fmt::format("{}", fmt::join(Names(target), " ")));
}

void ProfilesAnswerQueries(const MediaTarget& target) {
  for (const auto& capability : target.capabilities) ExpectOk(CheckCapabilityIsUsable(target.Va(), capability));
}

void ProfilesAreThoseOfVainfo(const MediaTarget& target, const std::filesystem::path& file) {
  std::string output;
  if (file.empty()) {
    auto ran = RunVainfo(target.render_node);
    if (!ran && ran.error() == kProgramMissing) return SkipTest(SkipReason::kNoVainfo, "vainfo is not installed");
    if (!ran) return ExpectOk(Fail(ran.error()));
    output = std::move(*ran);
  } else {
    std::ifstream stream(file);
    if (!stream) return ExpectOk(Fail(fmt::format("{} cannot be read", file.string())));
    output.assign(std::istreambuf_iterator<char>(stream), {});
  }
  ExpectOk(CheckSameCapabilities(Names(target), ParseVainfo(output)));
}

bool OffersTenBits(const MediaTarget& target) {
  return std::any_of(target.capabilities.begin(), target.capabilities.end(), [&](const VaCapability& one) {
    return (ConfigAttribute(target.Va(), one, VAConfigAttribRTFormat).value_or(0) & VA_RT_FORMAT_YUV420_10) != 0;
  });
}

}  // namespace

void AddDriverTests(const MediaTargetPtr& target, const DriverExpectations& expected) {
  const auto add = [&](const char* suite, const char* name, auto body) {
    AddTest(suite, name, [=] { body(*target); });
  };
  add("VaDriver", "Initializes", [](const MediaTarget&) {});
  add("VaDriver", "NamesItsVendor",
      [vendor = expected.vendor](const MediaTarget& it) { DriverNamesItsVendor(it, vendor); });
  add("VaProfiles", "AreListed", ProfilesAreListed);
  add("VaProfiles", "AnswerQueries", ProfilesAnswerQueries);
  add("VaProfiles", "AreThoseOfVainfo",
      [vainfo = expected.vainfo](const MediaTarget& it) { ProfilesAreThoseOfVainfo(it, vainfo); });
  add("VaConfig", "IsMadeAndKeepsItsAttributes", [](const MediaTarget& it) {
    for (const auto& capability : it.capabilities) ExpectOk(CheckConfig(it.Va(), capability));
  });
  add("VaConfig", "RefusesWhatIsNotOffered",
      [](const MediaTarget& it) { ExpectOk(CheckUnofferedIsRefused(it.Va(), it.capabilities)); });

  const auto& scale = target->scale;
  const auto add_sizes = [&](const char* name, Status (*check)(VADisplay, unsigned, unsigned)) {
    add("VaSurface", name, [=](const MediaTarget& it) {
      ExpectOk(check(it.Va(), 16, 16));
      ExpectOk(check(it.Va(), scale.width, scale.height));
      ExpectOk(check(it.Va(), scale.odd_width, scale.odd_height));
    });
  };
  add_sizes("KeepsAnUploadedPicture", CheckUpload);
  if (OffersTenBits(*target)) {
    add_sizes("KeepsAnUploadedPictureOfTenBits", CheckTenBitUpload);
  } else {
    add("VaSurface", "KeepsAnUploadedPictureOfTenBits", [](const MediaTarget&) {
      SkipTest(SkipReason::kNotOffered, "the driver neither codes nor processes ten bits");
    });
  }
  add_sizes("KeepsAPictureInItsOwnMemory", CheckDerivedImage);
}

}  // namespace vfqual::suites
