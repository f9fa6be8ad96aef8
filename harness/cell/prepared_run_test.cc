#include "harness/cell/prepared_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

constexpr const char* kPf = "/sys/bus/pci/devices/0000:00:02.0/";

class PrepareRunTest : public testing::Test {
 protected:
  PrepareRunTest() {
    host_.SetFile("/src/dkms.conf", "PACKAGE_NAME=lab-gpu\nPACKAGE_VERSION=0.1.0\n");
    host_.SetFile("/proc/sys/kernel/osrelease", "6.12.1-amd64\n");
    host_.SetFile("/etc/os-release", "ID=debian\nVERSION_ID=\"13\"\n");
    host_.SetLink("/sys/class/iommu/dmar0", "x");
    for (const auto& [name, text] : {std::pair{"vendor", "0x8086"},
                                     {"device", "0x5845"},
                                     {"sriov_totalvfs", "7"},
                                     {"sriov_numvfs", "0"},
                                     {"sriov_offset", "1"},
                                     {"sriov_stride", "1"}}) {
      host_.SetFile(std::string(kPf) + name, text);
    }
    options_.is_root = true;
  }
  Result<PreparedRun> Prepare(const std::string& more) {
    const auto plan = ParsePlan(R"({"schema":"vfqual/plan/1","module":{"source":"/src"})" + more + "}", "plan.json");
    EXPECT_TRUE(plan) << plan.error().Message();
    return PrepareRun(host_, *plan, options_);
  }
  void ExpectRefused(const std::string& more, Blame blame, const std::string& what) {
    const auto prepared = Prepare(more);
    ASSERT_FALSE(prepared) << more;
    EXPECT_EQ(prepared.error().blame, blame) << prepared.error().Message();
    EXPECT_THAT(prepared.error().Message(), HasSubstr(what));
    EXPECT_FALSE(prepared.error().fix.empty()) << "an error without a fix";
    EXPECT_TRUE(host_.Writes().empty());
    EXPECT_TRUE(host_.Commands().empty());
  }

  FakeHost host_;
  PrepareOptions options_;
};

TEST_F(PrepareRunTest, AGoodPlanIsResolvedAgainstTheHost) {
  const auto run = Prepare(R"(,"guests":[{"disk":"/d"},{"disk":"/d"}])");
  ASSERT_TRUE(run) << run.error().Message();
  EXPECT_EQ(run->platform.id, "lab");
  EXPECT_EQ(run->vfs, 2);
  EXPECT_EQ(run->guests.at(1).vf.Bdf(), "0000:00:02.2");
  EXPECT_EQ(run->module.Id(), "lab-gpu/0.1.0");
}

TEST_F(PrepareRunTest, ThePfIsRefusedAsAGuestsDevice) {
  ExpectRefused(R"(,"guests":[{"device":"0000:00:02.0","disk":"/d"}])", Blame::kInput, "is the physical function");
}

TEST_F(PrepareRunTest, PlansBeyondTheDeviceAreRefused) {
  ExpectRefused(R"(,"vfs":8)", Blame::kInput, "8 VFs are asked for, 0000:00:02.0 offers 7");
  ExpectRefused(R"(,"vfs":2,"provisioning":{"vf":{"3":{"exec_quantum_ms":1}}})", Blame::kInput, "VF 3 is provisioned");
  ExpectRefused(R"(,"guests":[{"vf":8,"disk":"/d"}])", Blame::kInput, "there is no VF 8");
  ExpectRefused(R"(,"guests":[{"device":"0000:03:00.0","disk":"/d"}])", Blame::kInput, "no virtual function");
  ExpectRefused(R"(,"guests":[{}])", Blame::kInput, "has no disk");
}

TEST_F(PrepareRunTest, FaultsAreForTheLabAlone) {
  const std::string guest = R"(,"guests":[{"disk":"/d","lab_fault":"guest-no-icd"}])";
  EXPECT_TRUE(Prepare(guest));
  host_.SetFile(std::string(kPf) + "device", "0x46d1");
  ExpectRefused(guest, Blame::kInput, "guest 'vf1': /lab_fault is for the lab");
}

TEST_F(PrepareRunTest, AMissingModuleFolderIsTheUsersError) {
  const auto plan = ParsePlan(R"({"schema":"vfqual/plan/1","module":{"source":"/nowhere"}})", "plan.json");
  const auto prepared = PrepareRun(host_, *plan, options_);
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().blame, Blame::kInput);
  EXPECT_THAT(prepared.error().Message(), HasSubstr("/nowhere"));
}

TEST_F(PrepareRunTest, HostsThatCannotServeAreToldWithTheFix) {
  options_.is_root = false;
  ExpectRefused("", Blame::kHarness, "needs root");
  options_.is_root = true;
  host_.SetFile("/var/lib/dkms/lab-gpu/0.1.0/source", "");
  ExpectRefused("", Blame::kHarness, "already on this host");
}

TEST_F(PrepareRunTest, WithoutSriovOrIommu) {
  FakeHost bare;
  bare.SetFile("/src/dkms.conf", "PACKAGE_NAME=a\nPACKAGE_VERSION=1\n");
  bare.SetFile("/sys/bus/pci/devices/0000:00:1f.0/vendor", "0x8086");
  const auto plan = ParsePlan(R"({"schema":"vfqual/plan/1","module":{"source":"/src"}})", "plan.json");
  const auto no_sriov = PrepareRun(bare, *plan, options_);
  ASSERT_FALSE(no_sriov);
  EXPECT_EQ(no_sriov.error().blame, Blame::kHarness);
  EXPECT_THAT(no_sriov.error().what, HasSubstr("no Intel GPU with SR-IOV"));
}

TEST_F(PrepareRunTest, AGpuInUseNeedsForce) {
  host_.SetFile(std::string(kPf) + "drm/card0/dev", "");
  host_.SetLink("/proc/77/fd/4", "/dev/dri/card0");
  host_.SetFile("/proc/77/comm", "Xorg\n");
  ExpectRefused("", Blame::kHarness, "in use by Xorg (77)");
  options_.force = true;
  EXPECT_TRUE(Prepare(""));
}

TEST_F(PrepareRunTest, AVfThatAForeignGuestHoldsStopsTheRun) {
  host_.SetFile(std::string(kPf) + "sriov_numvfs", "1");
  host_.SetLink("/sys/bus/pci/devices/0000:00:02.1/driver", "../vfio-pci");
  host_.SetLink("/sys/bus/pci/devices/0000:00:02.1/iommu_group", "../14");
  host_.SetLink("/proc/88/fd/9", "/dev/vfio/14");
  options_.force = true;
  ExpectRefused("", Blame::kHarness, "VF 0000:00:02.1 is in use");
}

}  // namespace
}  // namespace vfqual
