#include "suites/pci/pci_function.h"

#include "suites/testing/fake_sysfs.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PciFunction, ShowsWhatSysfsHolds) {
  const FakeSysfs fake;
  fake.AddGoodHost(1);
  const PciFunction pf(fake.Sysfs(), "0000:00:02.0");
  EXPECT_TRUE(pf.Exists());
  EXPECT_EQ(pf.Hex("vendor"), 0x8086U);
  EXPECT_EQ(pf.Number("sriov_totalvfs"), 7U);
  EXPECT_EQ(pf.Driver(), "i915");
  EXPECT_EQ(pf.LinkTarget("virtfn0"), "0000:00:02.1");
  EXPECT_THAT(pf.RenderNodes(), ElementsAre("renderD128"));
  EXPECT_THAT(pf.IommuGroup(), ElementsAre("0000:00:02.0"));
}

TEST(PciFunction, ThatIsAbsentHasNothing) {
  const FakeSysfs fake;
  const PciFunction absent(fake.Sysfs(), "0000:00:02.0");
  EXPECT_FALSE(absent.Exists());
  EXPECT_THAT(absent.Hex("vendor"), IsError("0000:00:02.0/vendor"));
  EXPECT_EQ(absent.Driver(), std::nullopt);
  EXPECT_THAT(absent.RenderNodes(), IsEmpty());
  EXPECT_THAT(absent.IommuGroup(), IsEmpty());
}

TEST(ListPciFunctions, IsSortedByAddress) {
  const FakeSysfs fake;
  fake.AddGoodHost(2);
  std::vector<std::string> addresses;
  for (const auto& function : ListPciFunctions(fake.Sysfs())) addresses.push_back(function.Bdf());
  EXPECT_THAT(addresses, ElementsAre("0000:00:02.0", "0000:00:02.1", "0000:00:02.2"));
}

}  // namespace
}  // namespace vfqual::suites
