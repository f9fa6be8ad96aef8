#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <sstream>

#include "harness/base/fake_host.h"
#include "harness/vf/pf_guard.h"
#include "harness/vf/vf_set.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

constexpr const char* kPf = "/sys/bus/pci/devices/0000:00:02.0";
constexpr const char* kVf1 = "/sys/bus/pci/devices/0000:00:02.1";

// A host with a PF at 00:02.0 with seven VFs, whose fake kernel makes VFs as the PCI core does.
class VfTest : public testing::Test {
 protected:
  VfTest() {
    host_.SetFile("/proc/sys/kernel/random/boot_id", "b\n");
    host_.SetFile(Pf("vendor"), "0x8086\n");
    host_.SetFile(Pf("device"), "0x5845\n");
    host_.SetFile(Pf("sriov_totalvfs"), "7\n");
    host_.SetFile(Pf("sriov_numvfs"), "0\n");
    host_.SetFile(Pf("sriov_offset"), "1\n");
    host_.SetFile(Pf("sriov_stride"), "1\n");
    host_.SetFile(Pf("sriov_drivers_autoprobe"), "1\n");
    host_.SetLink(Pf("driver"), "../../bus/pci/drivers/i915");
    host_.SetFile("/sys/bus/pci/drivers_probe", "");
    host_.SetFile("/sys/bus/pci/drivers/vfio-pci/unbind", "");
    host_.SetFile(std::string(kVf1) + "/driver_override", "(null)\n");
    host_.OnWrite("/sys/bus/pci/drivers_probe", [this](const std::string& bdf) {
      const std::string folder = "/sys/bus/pci/devices/" + bdf;
      const auto wanted = host_.ReadTrimmed(folder + "/driver_override");
      if (wanted) host_.SetLink(folder + "/driver", "../../bus/pci/drivers/" + *wanted);
    });
  }
  static std::string Pf(const std::string& name) { return std::string(kPf) + "/" + name; }
  PfFacts Facts() { return ReadPfFacts(host_, {0, 0, 2, 0}).value(); }

  FakeHost host_;
};

TEST(PciAddress, ParsesAndPrints) {
  EXPECT_EQ(ParsePciAddress("0000:00:02.1")->ToString(), "0000:00:02.1");
  EXPECT_EQ(ParsePciAddress("00:02.1")->ToString(), "0000:00:02.1");
  for (const char* bad :
       {"", "02.1", "0000:00:02", "0000:00:02.8", "0000:00:20.0", "0000:00:02.1x", "00:02.1;reboot"}) {
    EXPECT_FALSE(ParsePciAddress(bad)) << bad;
  }
}

TEST(PciAddress, VfNumbersFollowOffsetAndStrideOverDeviceBorders) {
  EXPECT_EQ(VfAddress({0, 0, 2, 0}, 1, 1, 1).ToString(), "0000:00:02.1");
  EXPECT_EQ(VfAddress({0, 0, 2, 0}, 7, 1, 1).ToString(), "0000:00:02.7");
  EXPECT_EQ(VfAddress({0, 0, 2, 0}, 8, 1, 1).ToString(), "0000:00:03.0");
  EXPECT_EQ(VfAddress({0, 3, 0, 0}, 2, 0x100, 2).ToString(), "0000:04:00.2");
}

TEST_F(VfTest, TheGuardRefusesThePfByAddress) {
  const auto refused = GuardVf(Facts(), PciAddress{0, 0, 2, 0});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().blame, Blame::kInput);
  EXPECT_THAT(refused.error().what, HasSubstr("0000:00:02.0 is the physical function"));
  EXPECT_THAT(refused.error().fix, HasSubstr("0000:00:02.1 to 0000:00:02.7"));
}

TEST_F(VfTest, TheGuardRefusesForeignDevicesAndNumbersOutOfRange) {
  EXPECT_FALSE(GuardVf(Facts(), PciAddress{0, 0, 3, 0}));
  EXPECT_FALSE(GuardVf(Facts(), 0));
  EXPECT_FALSE(GuardVf(Facts(), 8));
  EXPECT_EQ(GuardVf(Facts(), 7)->Bdf(), "0000:00:02.7");
  EXPECT_EQ(GuardVf(Facts(), PciAddress{0, 0, 2, 3})->Number(), 3);
}

TEST_F(VfTest, ADeviceThatClaimsAnOffsetOfZeroCannotSmuggleThePfThrough) {
  auto pf = Facts();
  pf.vf_offset = 0;
  EXPECT_FALSE(GuardVf(pf, 1));
}

TEST_F(VfTest, VerifyWantsTheKernelsWordForIt) {
  const auto vf = GuardVf(Facts(), 1).value();
  EXPECT_FALSE(VerifyVf(host_, Facts(), vf)) << "no physfn yet";
  host_.SetLink(std::string(kVf1) + "/physfn", "../0000:00:02.0");
  EXPECT_TRUE(VerifyVf(host_, Facts(), vf));
  host_.SetFile(std::string(kVf1) + "/sriov_totalvfs", "7");
  EXPECT_FALSE(VerifyVf(host_, Facts(), vf)) << "a PF is no VF";
}

TEST_F(VfTest, CreatesThroughZeroAndPutsTheOldCountBack) {
  host_.SetFile(Pf("sriov_numvfs"), "1\n");
  ChangeLog changes(host_, {}, {});
  ASSERT_TRUE(JournalVfsBefore(host_, changes, Facts()));
  ASSERT_TRUE(CreateVfs(host_, changes, Facts(), 2));
  std::vector<std::string> counts;
  for (const auto& write : host_.Writes()) {
    if (write.path == Pf("sriov_numvfs")) counts.push_back(write.content);
  }
  EXPECT_EQ(counts, (std::vector<std::string>{"0", "2"})) << "the kernel answers EBUSY to another count than 0";
  EXPECT_EQ(host_.ReadTrimmed(Pf("sriov_drivers_autoprobe")).value(), "0");
  ASSERT_TRUE(changes.UndoAll());
  EXPECT_EQ(host_.ReadTrimmed(Pf("sriov_numvfs")).value(), "1");
  EXPECT_EQ(host_.ReadTrimmed(Pf("sriov_drivers_autoprobe")).value(), "1");
}

TEST_F(VfTest, VfsOfBeforeComeBackEachWithItsDriver) {
  // As on a host that gives VF 1 to a guest, VF 2 to a container, and VF 3 to nobody.
  const std::string vf2 = "/sys/bus/pci/devices/0000:00:02.2";
  const std::string vf3 = "/sys/bus/pci/devices/0000:00:02.3";
  host_.SetFile(Pf("sriov_numvfs"), "3\n");
  host_.SetFile(std::string(kVf1) + "/driver_override", "vfio-pci\n");
  host_.SetLink(std::string(kVf1) + "/driver", "../vfio-pci");
  host_.SetFile(vf2 + "/driver_override", "(null)\n");
  host_.SetLink(vf2 + "/driver", "../i915");
  host_.SetFile(vf3 + "/driver_override", "(null)\n");
  ChangeLog changes(host_, {}, {});
  ASSERT_TRUE(JournalVfsBefore(host_, changes, Facts()));
  EXPECT_TRUE(std::none_of(host_.Writes().begin(), host_.Writes().end(),
                           [](const auto& write) { return write.path != kChangesFile; }));
  const auto before = host_.Writes().size();
  ASSERT_TRUE(changes.UndoAll());

  std::vector<FakeHost::Write> made;
  for (std::size_t index = before; index < host_.Writes().size(); ++index) {
    if (host_.Writes()[index].path != kChangesFile) made.push_back(host_.Writes()[index]);
  }
  const std::string probe = "/sys/bus/pci/drivers_probe";
  EXPECT_EQ(made, (std::vector<FakeHost::Write>{{Pf("sriov_drivers_autoprobe"), "0"},
                                                {Pf("sriov_numvfs"), "3"},
                                                {vf3 + "/driver_override", "\n"},
                                                {vf2 + "/driver_override", "\n"},
                                                {std::string(kVf1) + "/driver_override", "vfio-pci"},
                                                {Pf("sriov_drivers_autoprobe"), "1"},
                                                {probe, "0000:00:02.2"},
                                                {probe, "0000:00:02.1"},
                                                {Pf("sriov_drivers_autoprobe"), "1"}}));
}

TEST_F(VfTest, TheDriversErrnoIsExplainedAndIsTheSubjectsFault) {
  ChangeLog changes(host_, {}, {});
  const auto facts = Facts();
  host_.FailPath(Pf("sriov_numvfs"), ENOENT);
  const auto created = CreateVfs(host_, changes, facts, 2);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().blame, Blame::kSubject);
  EXPECT_THAT(created.error().what, HasSubstr("the stock driver is loaded"));
}

TEST_F(VfTest, ADriverThatMakesFewerVfsThanItSaysIsCaught) {
  ChangeLog changes(host_, {}, {});
  host_.OnWrite(Pf("sriov_numvfs"), [this](const std::string& /*count*/) { host_.SetFile(Pf("sriov_numvfs"), "1\n"); });
  const auto created = CreateVfs(host_, changes, Facts(), 2);
  ASSERT_FALSE(created);
  EXPECT_THAT(created.error().what, HasSubstr("but 1 exist"));
}

TEST_F(VfTest, BindsToVfioAndReleases) {
  ChangeLog changes(host_, {}, {});
  const auto vf = GuardVf(Facts(), 1).value();
  ASSERT_TRUE(BindToVfio(host_, changes, vf));
  EXPECT_EQ(host_.ReadLink(std::string(kVf1) + "/driver").value(), "../../bus/pci/drivers/vfio-pci");
  ASSERT_TRUE(changes.UndoAll());
  EXPECT_EQ(host_.Read(std::string(kVf1) + "/driver_override").value(), "\n");
}

TEST_F(VfTest, AVfThatTheHostUsedGoesBackToItsDriver) {
  const std::string driver = std::string(kVf1) + "/driver";
  host_.SetLink(driver, "../i915");
  host_.SetFile(driver + "/unbind", "");
  host_.OnWrite("/sys/bus/pci/drivers_probe", [&](const std::string& /*bdf*/) {
    const auto wanted = host_.ReadTrimmed(std::string(kVf1) + "/driver_override").value();
    host_.SetLink(driver, wanted == "vfio-pci" ? "../vfio-pci" : "../i915");
  });
  ChangeLog changes(host_, {}, {});
  ASSERT_TRUE(BindToVfio(host_, changes, GuardVf(Facts(), 1).value()));
  EXPECT_EQ(host_.ReadLink(driver).value(), "../vfio-pci");
  ASSERT_TRUE(changes.UndoAll());
  EXPECT_EQ(host_.ReadLink(driver).value(), "../i915")
      << "the override has to be cleared before the driver is looked for";
}

TEST_F(VfTest, AVfThatVfioDoesNotTakeIsAnError) {
  host_.OnWrite("/sys/bus/pci/drivers_probe", [](const std::string& /*bdf*/) {});
  ChangeLog changes(host_, {}, {});
  EXPECT_FALSE(BindToVfio(host_, changes, GuardVf(Facts(), 1).value()));
}

TEST_F(VfTest, TellsWhoHoldsAVf) {
  const auto vf = GuardVf(Facts(), 1).value();
  EXPECT_EQ(HolderOfVf(host_, vf).value(), "");
  host_.SetLink(std::string(kVf1) + "/driver", "../../bus/pci/drivers/vfio-pci");
  host_.SetLink(std::string(kVf1) + "/iommu_group", "../../kernel/iommu_groups/14");
  host_.SetLink("/proc/4242/fd/9", "/dev/vfio/14");
  host_.SetFile("/proc/4242/comm", "qemu-system-x86\n");
  EXPECT_EQ(HolderOfVf(host_, vf).value(), "qemu-system-x86 (4242)");
}

}  // namespace
}  // namespace vfqual
