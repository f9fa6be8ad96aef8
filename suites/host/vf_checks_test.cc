#include "suites/host/vf_checks.h"

#include "suites/testing/fake_sysfs.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

class VfChecksTest : public testing::Test {
 protected:
  VfChecksTest() { fake_.AddGoodHost(2); }

  const FakeSysfs& Fake() const { return fake_; }
  PciFunction Pf() const { return {fake_.Sysfs(), "0000:00:02.0"}; }
  std::filesystem::path PfPath() const { return fake_.Function("0000:00:02.0"); }
  std::filesystem::path SecondVfPath() const { return fake_.Function("0000:00:02.2"); }
  std::vector<PciFunction> Vfs() const { return FindVfs(Pf()).value(); }

 private:
  FakeSysfs fake_;
};

TEST_F(VfChecksTest, PassOnAGoodHost) {
  EXPECT_THAT(CheckVfCount(Pf(), 2), IsOk());
  ASSERT_THAT(FindVfs(Pf()), IsOk());
  ASSERT_EQ(Vfs().size(), 2U);
  EXPECT_EQ(Vfs()[0].Bdf(), "0000:00:02.1");
  EXPECT_EQ(Vfs()[1].Bdf(), "0000:00:02.2");
  EXPECT_THAT(CheckVfIds(Pf(), Vfs()), IsOk());
  EXPECT_THAT(CheckVfGroups(Vfs()), IsOk());
}

TEST_F(VfChecksTest, SayThatTheCountIsAnother) {
  EXPECT_THAT(CheckVfCount(Pf(), 3), IsError("sriov_numvfs is 2, 3 asked for"));
  Fake().Remove(PfPath() / "sriov_numvfs");
  EXPECT_THAT(CheckVfCount(Pf(), 2), IsError("no SR-IOV"));
}

TEST_F(VfChecksTest, SayThatALinkIsMissingOrTooMany) {
  Fake().Write(PfPath() / "sriov_numvfs", "1\n");
  EXPECT_THAT(FindVfs(Pf()), IsError("sriov_numvfs is 1, yet there is virtfn1"));
  Fake().Write(PfPath() / "sriov_numvfs", "3\n");
  EXPECT_THAT(FindVfs(Pf()), IsError("sriov_numvfs is 3, but there is no virtfn2"));
}

TEST_F(VfChecksTest, SayThatALinkLeadsNowhereOrTwiceToOneVf) {
  Fake().Link(PfPath() / "virtfn1", "../0000:00:02.5");
  EXPECT_THAT(FindVfs(Pf()), IsError("virtfn1 leads to 0000:00:02.5, which does not exist"));
  Fake().Link(PfPath() / "virtfn1", "../0000:00:02.1");
  EXPECT_THAT(FindVfs(Pf()), IsError("0000:00:02.1 is the VF of two links"));
}

TEST_F(VfChecksTest, SayThatAVfIsAnotherPfs) {
  Fake().Link(SecondVfPath() / "physfn", "../0000:01:00.0");
  EXPECT_THAT(FindVfs(Pf()), IsError("0000:00:02.2: physfn is 0000:01:00.0, 0000:00:02.0 expected"));
  Fake().Remove(SecondVfPath() / "physfn");
  EXPECT_THAT(FindVfs(Pf()), IsError("physfn is absent"));
}

TEST_F(VfChecksTest, SayThatAVfHasOtherIds) {
  Fake().Write(SecondVfPath() / "device", "0x5846\n");
  EXPECT_THAT(CheckVfIds(Pf(), Vfs()), IsError("0000:00:02.2: is 8086:5846, 8086:5845 expected"));
  Fake().Write(SecondVfPath() / "device", "0x5845\n");
  Fake().Write(SecondVfPath() / "vendor", "0xffff\n");
  EXPECT_THAT(CheckVfIds(Pf(), Vfs()), IsError("is ffff:5845"));
}

TEST_F(VfChecksTest, SayThatAVfIsNotAloneInItsGroup) {
  Fake().PutIntoGroup("0000:00:02.2", 2);
  EXPECT_THAT(CheckVfGroups(Vfs()), IsError("0000:00:02.1: shares its IOMMU group (0000:00:02.1 0000:00:02.2)"));
  Fake().Remove(Fake().Function("0000:00:02.1") / "iommu_group");
  EXPECT_THAT(CheckVfGroups(Vfs()), IsError("0000:00:02.1: is in no IOMMU group"));
}

}  // namespace
}  // namespace vfqual::suites
