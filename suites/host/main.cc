// suite_host: the PF, its VFs and the IOMMU of the host, after the VFs were created and before a guest gets one.
// By hand, as root: suite_host --vfs=2
#include <functional>

#include "suites/host/host_options.h"
#include "suites/host/pf_checks.h"
#include "suites/host/vf_checks.h"
#include "suites/host/vf_count_checks.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"
#include "suites/support/suite_main.h"
#include "suites/support/text_file.h"

namespace vfqual::suites {
namespace {

void AddPfTests(const PciFunction& pf, const HostOptions& options) {
  AddTest("SriovPf", "IsPresent", [=] { ExpectOk(CheckPfIsPresent(pf)); });
  AddTest("SriovPf", "IsBoundToDriver", [=] { ExpectOk(CheckPfDriver(pf, options.driver)); });
  AddTest("SriovPf", "HasItsRenderNode", [=] { ExpectOk(CheckPfRenderNode(pf, options.dev)); });
  AddTest("SriovPf", "OffersEnoughVfs", [=] { ExpectOk(CheckPfOffersVfs(pf, options.vfs)); });
  AddTest("Iommu", "IsOn", [=] { ExpectOk(CheckIommuIsOn(pf)); });
}

void AddVfTests(const PciFunction& pf, const HostOptions& options) {
  AddTest("SriovVfs", "AreAsManyAsAskedFor", [=] { ExpectOk(CheckVfCount(pf, options.vfs)); });
  AddTest("SriovVfs", "AreLinkedToTheirPf", [=] { ExpectOk(FindVfs(pf).map([](const auto&) {})); });
  AddTest("SriovVfs", "HaveTheAnnouncedIds",
          [=] { ExpectOk(FindVfs(pf).and_then([&](const auto& vfs) { return CheckVfIds(pf, vfs); })); });
  AddTest("SriovVfs", "HaveIommuGroupsOfTheirOwn", [=] { ExpectOk(FindVfs(pf).and_then(CheckVfGroups)); });
}

void AddVfCountTests(const PciFunction& pf, const HostOptions& options) {
  const auto refused = [=](const VfCountState& state, std::uint64_t wanted) {
    ExpectOk(CheckVfCountIsRefused(pf, state, wanted, WriteText));
  };
  const auto with_state = [=](const std::function<void(const VfCountState&)>& body) {
    return [=] {
      // What is not the PF under test is not written to.
      const auto state = CheckPfIsPresent(pf).and_then([&] { return CheckPfDriver(pf, options.driver); }).and_then([&] {
        return ReadVfCountState(pf);
      });
      if (!state) return ExpectOk(Fail(state.error()));
      body(*state);
    };
  };
  // i915 and xe lower sriov_totalvfs to their max_vfs, so that this is their limit as well.
  AddTest("SriovNumvfs", "RefusesMoreThanOffered",
          with_state([=](const VfCountState& state) { refused(state, state.total + 1); }));
  AddTest("SriovNumvfs", "RefusesAChangeWhileVfsExist", with_state([=](const VfCountState& state) {
            if (state.current == 0) return SkipTest(SkipReason::kNoVfs, "there are no VFs");
            if (state.total < 2) return SkipTest(SkipReason::kNoOtherVfCount, "the device offers one VF only");
            refused(state, state.current == 1 ? 2 : state.current - 1);
          }));
}

void AddHostTests(const HostOptions& options) {
  const PciFunction pf(options.sysfs, options.pf);
  AddPfTests(pf, options);
  AddVfTests(pf, options);
  AddVfCountTests(pf, options);
}

}  // namespace
}  // namespace vfqual::suites

int main(int argc, char** argv) {
  namespace suites = vfqual::suites;
  suites::HostOptions options;
  const auto add_options = [&](CLI::App& app) {
    app.description("Checks the PF, its VFs and the IOMMU of this host. Run it as root, after the VFs were created.");
    app.add_option("--vfs", options.vfs, "how many VFs were asked for")->required()->check(CLI::Range(1, 63));
    app.add_option("--pf", options.pf, "the PF's address")->capture_default_str();
    app.add_option("--driver", options.driver, "the driver that the PF must be bound to")->capture_default_str();
    app.add_option("--sysfs-root", options.sysfs, "where sysfs is mounted")->capture_default_str();
    app.add_option("--dev-root", options.dev, "where the device files are")->capture_default_str();
    app.footer("Example: suite_host --vfs=2 --gtest_output=json:host.json");
  };
  return suites::RunSuite(argc, argv, add_options, [&] { suites::AddHostTests(options); });
}
