#include "suites/device/gpu_checks.h"

#include <unistd.h>

#include "suites/testing/fake_sysfs.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

class GpuChecksTest : public testing::Test {
 protected:
  GpuChecksTest() { fake_.AddGoodGuest(); }

  const FakeSysfs& Fake() const { return fake_; }
  PciFunction Gpu() const { return {fake_.Sysfs(), "0000:06:00.0"}; }

 private:
  FakeSysfs fake_;
};

TEST_F(GpuChecksTest, PassInAGoodGuest) {
  const auto gpu = FindGuestGpu(Fake().Sysfs(), {});
  ASSERT_THAT(gpu, IsOk());
  EXPECT_EQ(gpu->Bdf(), "0000:06:00.0");
  EXPECT_THAT(CheckIsVf(*gpu), IsOk());
  EXPECT_THAT(CheckDriver(*gpu, "i915"), IsOk());
  EXPECT_EQ(RenderNodePath(*gpu, "/dev"), "/dev/dri/renderD128");
  EXPECT_EQ(ModuleVersion(Fake().Sysfs(), "i915"), "1.0");
}

TEST_F(GpuChecksTest, FindTheGpuByItsIdWhateverItsClass) {
  Fake().AddFunction("0000:06:00.0", "8086", "5845", "010802");
  EXPECT_THAT(FindGuestGpu(Fake().Sysfs(), {0x46d1, 0x5845}), IsOk());
  EXPECT_THAT(FindGuestGpu(Fake().Sysfs(), {0x46d1}), IsError("no Intel GPU"));
  EXPECT_THAT(FindGuestGpu(Fake().Sysfs(), {}), IsError("no Intel GPU"));
}

TEST_F(GpuChecksTest, SayThatThereAreTwoGpus) {
  Fake().AddFunction("0000:07:00.0", "8086", "5845", "038000");
  EXPECT_THAT(FindGuestGpu(Fake().Sysfs(), {}), IsError("2 Intel GPUs (0000:06:00.0 0000:07:00.0), 1 expected"));
}

TEST_F(GpuChecksTest, SayThatTheGpuIsAPf) {
  Fake().Write(Fake().Function("0000:06:00.0") / "sriov_totalvfs", "7\n");
  EXPECT_THAT(CheckIsVf(Gpu()), IsError("so it is a PF"));
  Fake().Remove(Fake().Function("0000:06:00.0") / "sriov_totalvfs");
  // Also where the kernel does not know SR-IOV: id 0x0010, version 1, at offset 256.
  Fake().Write(Fake().Function("0000:06:00.0") / "config", std::string(256, '\0') + std::string("\x10\0\x01\0", 4));
  EXPECT_THAT(CheckIsVf(Gpu()), IsError("so it is a PF"));
  Fake().Remove(Fake().Function("0000:06:00.0") / "config");
  EXPECT_THAT(CheckIsVf(Gpu()), IsError("cannot be read"));
}

TEST_F(GpuChecksTest, SayWhatTheGpuIsBoundTo) {
  EXPECT_THAT(CheckDriver(Gpu(), "xe"), IsError("bound to i915, xe expected"));
  Fake().Remove(Fake().Function("0000:06:00.0") / "driver");
  EXPECT_THAT(CheckDriver(Gpu(), "i915"), IsError("bound to no driver"));
}

TEST_F(GpuChecksTest, SayWhenTheGroupRenderCannotUseTheNode) {
  const auto node = Fake().Dev() / "dri/renderD128";
  const auto groups = Fake().Sysfs() / "group";
  Fake().Write(node, "");
  const auto own = std::to_string(getgid());
  Fake().Write(groups, "video:x:44:\nrender:x:" + own + ":alice\n");
  std::filesystem::permissions(node, std::filesystem::perms(0660));
  EXPECT_THAT(CheckRenderGroup(node, groups), IsOk());
  std::filesystem::permissions(node, std::filesystem::perms(0640));
  EXPECT_THAT(CheckRenderGroup(node, groups), IsError("mode 640 keeps its group render from it"));
  Fake().Write(groups, "video:x:44:\nrender:x:4711:\n");
  EXPECT_THAT(CheckRenderGroup(node, groups), IsError("belongs to group " + own + ", render is 4711"));
  Fake().Write(groups, "video:x:44:\n");
  EXPECT_THAT(CheckRenderGroup(node, groups), IsError("there is no group render"));
}

TEST_F(GpuChecksTest, SayThatBothDriversAreLoaded) {
  EXPECT_THAT(CheckOtherDriverAbsent(Fake().Sysfs(), "i915"), IsOk());
  EXPECT_THAT(CheckOtherDriverAbsent(Fake().Sysfs(), "xe"), IsError("i915 is loaded beside xe"));
}

TEST_F(GpuChecksTest, SayThatThereIsNoRenderNode) {
  Fake().Remove(Fake().Function("0000:06:00.0") / "drm");
  EXPECT_THAT(RenderNodePath(Gpu(), "/dev"), IsError("0 render nodes"));
}

TEST_F(GpuChecksTest, TellALoadedModuleWithoutAVersionFromNone) {
  Fake().Write("sys/module/xe/refcnt", "0\n");
  EXPECT_EQ(ModuleVersion(Fake().Sysfs(), "xe"), "");
  EXPECT_THAT(ModuleVersion(Fake().Sysfs(), "kvmgt"), IsError("module kvmgt is not loaded"));
}

}  // namespace
}  // namespace vfqual::suites
