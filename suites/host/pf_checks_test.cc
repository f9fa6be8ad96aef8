#include "suites/host/pf_checks.h"

#include "suites/testing/fake_sysfs.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

class PfChecksTest : public testing::Test {
 protected:
  PfChecksTest() { fake_.AddGoodHost(2); }

  const FakeSysfs& Fake() const { return fake_; }
  PciFunction Pf() const { return {fake_.Sysfs(), "0000:00:02.0"}; }

 private:
  FakeSysfs fake_;
};

TEST_F(PfChecksTest, PassOnAGoodHost) {
  EXPECT_THAT(CheckPfIsPresent(Pf()), IsOk());
  EXPECT_THAT(CheckPfDriver(Pf(), "i915"), IsOk());
  EXPECT_THAT(CheckPfRenderNode(Pf(), Fake().Dev()), IsOk());
  EXPECT_THAT(CheckPfOffersVfs(Pf(), 7), IsOk());
  EXPECT_THAT(CheckIommuIsOn(Pf()), IsOk());
}

TEST_F(PfChecksTest, SayThatThePfIsAbsentOrAnothersDevice) {
  EXPECT_THAT(CheckPfIsPresent(Pf().Sibling("0000:00:03.0")), IsError("0000:00:03.0: there is no such PCI function"));
  Fake().Write(Fake().Function("0000:00:02.0") / "vendor", "0x1af4\n");
  EXPECT_THAT(CheckPfIsPresent(Pf()), IsError("vendor 1af4 is not Intel"));
}

TEST_F(PfChecksTest, SayWhatThePfIsBoundTo) {
  EXPECT_THAT(CheckPfDriver(Pf(), "xe"), IsError("bound to i915, xe expected"));
  Fake().Remove(Fake().Function("0000:00:02.0") / "driver");
  EXPECT_THAT(CheckPfDriver(Pf(), "i915"), IsError("no driver is bound, i915 expected"));
}

TEST_F(PfChecksTest, SayThatTheRenderNodeIsMissing) {
  Fake().Remove(Fake().Dev() / "dri/renderD128");
  EXPECT_THAT(CheckPfRenderNode(Pf(), Fake().Dev()), IsError("dev/dri/renderD128 does not exist"));
  Fake().Remove(Fake().Function("0000:00:02.0") / "drm/renderD128");
  EXPECT_THAT(CheckPfRenderNode(Pf(), Fake().Dev()), IsError("0 render nodes"));
}

TEST_F(PfChecksTest, SayThatTooFewVfsAreOffered) {
  EXPECT_THAT(CheckPfOffersVfs(Pf(), 8), IsError("sriov_totalvfs is 7, 8 VFs asked for"));
  Fake().Remove(Fake().Function("0000:00:02.0") / "sriov_totalvfs");
  EXPECT_THAT(CheckPfOffersVfs(Pf(), 1), IsError("no SR-IOV"));
}

TEST_F(PfChecksTest, SayThatTheIommuIsOff) {
  Fake().Remove(Fake().Function("0000:00:02.0") / "iommu_group");
  EXPECT_THAT(CheckIommuIsOn(Pf()), IsError("is in no IOMMU group"));
  Fake().Remove("sys/class/iommu/dmar0");
  EXPECT_THAT(CheckIommuIsOn(Pf()), IsError("boot with intel_iommu=on"));
  Fake().Remove("sys/class/iommu");
  EXPECT_THAT(CheckIommuIsOn(Pf()), IsError("boot with intel_iommu=on"));
}

}  // namespace
}  // namespace vfqual::suites
