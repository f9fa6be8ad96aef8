#include "module/host_config/host_status.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "module/host_config/configure.h"
#include "module/host_config/load_at_boot.h"
#include "module/host_config/testing_host.h"
#include "module/host_config/vfs_at_boot.h"

namespace vfqual::host_config {
namespace {

using State = StatusItem::State;

class HostStatusTest : public testing::Test {
 protected:
  HostStatusTest() {
    AnswerFileTools(host_);
    host_.SetFile("/etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
    host_.SetFile("/boot/grub/grub.cfg", "");
    for (const char* path : {"/usr/sbin/update-grub", "/usr/sbin/update-initramfs"}) host_.SetFile(path, "");
    host_.SetFile("/proc/cmdline", "quiet\n");
    host_.SetFile("/sys/bus/pci/devices/0000:00:02.0/sriov_numvfs", "0\n");
    request_.vfs_at_boot = VfsAtBoot::kTmpfiles;
    request_.keep_vfs_from_host = true;
  }
  StatusItem Find(const std::string& name) {
    const auto status = ReadStatus(host_, request_).value();
    for (const auto& item : status.items) {
      if (item.name == name) return item;
    }
    ADD_FAILURE() << "no item " << name;
    return {};
  }
  void Expect(const std::string& name, const std::string& configured, const std::string& running, State state) {
    const auto item = Find(name);
    EXPECT_EQ(item.configured, configured) << name;
    EXPECT_EQ(item.running, running) << name;
    EXPECT_EQ(item.state, state) << name << ": " << Word(item.state);
  }
  void Configure() {
    ASSERT_TRUE(ApplyConfig(host_, PrepareConfig(host_, request_).value(), [](const std::string&) {}));
  }

  FakeHost host_;
  ConfigRequest request_ = TestRequest();
};

TEST_F(HostStatusTest, NothingConfigured) {
  Expect("intel_iommu", "-", "-", State::kMissing);
  Expect("i915.max_vfs", "-", "-", State::kMissing);
  Expect("VFs at boot", "-", "0", State::kMissing);
  EXPECT_FALSE(ReadStatus(host_, request_)->recorded);
}

TEST_F(HostStatusTest, ConfiguredThenRunning) {
  Configure();
  Expect("intel_iommu", "on", "-", State::kReboot);
  Expect("i915.enable_guc", "3", "-", State::kReboot);
  Expect("VFs at boot", "7", "0", State::kReboot);
  EXPECT_EQ(Find("i915.enable_guc").configured_in, "/etc/default/grub");
  EXPECT_TRUE(ReadStatus(host_, request_)->recorded);

  host_.SetFile("/proc/cmdline", "quiet intel_iommu=on module_blacklist=xe\n");
  host_.SetFile("/sys/module/i915/parameters/enable_guc", "3\n");
  host_.SetFile("/sys/module/i915/parameters/max_vfs", "0\n");
  host_.SetFile("/sys/bus/pci/devices/0000:00:02.0/sriov_numvfs", "7\n");
  host_.SetFile("/sys/bus/pci/devices/0000:00:02.1/vendor", "0x8086\n");
  host_.SetLink("/sys/bus/pci/devices/0000:00:02.1/driver", "../i915");
  Expect("intel_iommu", "on", "on", State::kOk);
  Expect("i915.enable_guc", "3", "3", State::kOk);
  Expect("i915.max_vfs", "7", "0", State::kReboot);
  Expect("module_blacklist", "xe", "xe", State::kOk);
  Expect("VFs at boot", "7", "7", State::kOk);
  Expect("VFs kept from the host", "udev rule", "0000:00:02.1 i915", State::kReboot);
}

TEST_F(HostStatusTest, WhatRunsButIsNotConfiguredIsLostAtTheNextBoot) {
  host_.SetFile("/proc/cmdline", "quiet intel_iommu=on\n");
  Expect("intel_iommu", "-", "on", State::kNotKept);
  host_.SetFile("/proc/cmdline", "quiet\n");
  host_.SetLink("/sys/class/iommu/dmar0", "x");
  Expect("intel_iommu", "by itself", "in use, without the parameter", State::kOk);
}

TEST_F(HostStatusTest, ModprobeOptionsCountWhereTheCommandLineSaysNothing) {
  host_.SetFile("/etc/modprobe.d/i915.conf", "options i915 enable_guc=3 max_vfs=2\nblacklist xe\n");
  EXPECT_EQ(Find("i915.enable_guc").configured_in, "/etc/modprobe.d/i915.conf");
  Expect("i915.max_vfs", "2", "-", State::kMissing);
  Expect("module_blacklist", "blacklist xe", "xe is not loaded", State::kOk);
}

TEST_F(HostStatusTest, OnNixosTheSystemThatBootsNextIsRead) {
  ASSERT_TRUE(host_.Remove("/boot/grub/grub.cfg"));
  request_.method.reset();
  host_.SetFile("/etc/NIXOS", "");
  host_.SetFile("/nix/var/nix/profiles/system/kernel-params", "intel_iommu=on i915.max_vfs=7 loglevel=4");
  host_.SetFile("/etc/tmpfiles.d/00-nixos.conf", "w /sys/devices/pci0000:00/0000:00:02.0/sriov_numvfs - - - - 7\n");
  host_.SetFile("/proc/stat", "btime 1000\n");
  Completed second;
  second.out = "1\n";
  host_.Answer("stat --dereference", second);
  second.out = "1100\n";
  host_.Answer("stat --format=%Y -- /nix/var/nix/profiles/system", second);
  Expect("i915.max_vfs", "7", "-", State::kReboot);
  Expect("VFs at boot", "7", "0", State::kReboot);
  // Booted since the last switch, and without it all the same.
  second.out = "900\n";
  host_.Answer("stat --format=%Y -- /nix/var/nix/profiles/system", second);
  Expect("intel_iommu", "on", "-", State::kNotInEffect);
  EXPECT_EQ(Find("intel_iommu").fix, "nixos-rebuild boot, then reboot into the default entry");
  EXPECT_EQ(Find("VFs at boot").state, State::kNotInEffect);
}

TEST_F(HostStatusTest, ABootLoaderThatCannotBeToldIsUnknown) {
  ASSERT_TRUE(host_.Remove("/boot/grub/grub.cfg"));
  request_.method.reset();
  const auto status = ReadStatus(host_, request_).value();
  EXPECT_THAT(status.boot_loader, testing::HasSubstr("no boot loader was found"));
  Expect("i915.max_vfs", "-", "-", State::kUnknown);
  EXPECT_THAT(StatusText(status), testing::HasSubstr("no boot loader was found"));
}

// The boot began at 1000. `files` were last changed at 900 unless told otherwise.
class AfterAReboot : public HostStatusTest {
 protected:
  void SetUp() override {
    Configure();
    host_.SetFile("/proc/stat", "cpu  1 2 3\nbtime 1000\nprocesses 5\n");
    host_.Answer("stat --dereference --format=%Y -- ", Says("900\n"));
    const std::string wanted = "quiet intel_iommu=on i915.enable_guc=3 i915.max_vfs=7 module_blacklist=xe";
    host_.SetFile("/boot/grub/grub.cfg", "linux /vmlinuz " + wanted + "\n");
    host_.SetFile("/proc/cmdline", wanted + "\n");
    host_.SetFile("/sys/module/i915/initstate", "live\n");
    host_.SetFile("/sys/module/i915/parameters/enable_guc", "3\n");
    host_.SetFile("/sys/module/i915/parameters/max_vfs", "7\n");
    host_.SetFile(kPf + "/vendor", "0x8086\n");
    host_.SetFile(kPf + "/sriov_totalvfs", "7\n");
    host_.SetLink(kPf + "/driver", "../../../bus/pci/drivers/i915");
    host_.SetFile("/sys/bus/pci/drivers/vfio-pci", "");
    host_.Answer("dmesg", Says("[ 1.0] i915 0000:00:02.0: [drm] Running in SR-IOV PF mode\n"));
    host_.Answer("systemctl show",
                 Says("LoadState=loaded\nUnitFileState=static\nActiveState=active\nResult=success\n"));
    host_.Answer("journalctl", Says(""));
  }
  static Completed Says(std::string text) {
    Completed completed;
    completed.out = std::move(text);
    return completed;
  }
  std::string Reasons() {
    const auto text = StatusText(ReadStatus(host_, request_).value());
    const auto begin = text.find("\nnot in effect, ");
    if (begin == std::string::npos) return {};
    return text.substr(begin + 1, text.find("\nthe kernel's parameters") - begin - 1);
  }
  static std::string Golden(const std::string& name, const std::string& cause, const std::string& fix) {
    return fmt::format(
        "not in effect, although this boot began after it was configured\n  {:<24} {}\n  {:<24} fix: {}\n", name, cause,
        "", fix);
  }

  const std::string kPf = "/sys/bus/pci/devices/0000:00:02.0";
};

TEST_F(AfterAReboot, TheWholeStatus) {
  host_.Answer("dmesg", Says("[ 9.0] i915 0000:00:02.0: not enough MMIO resources for SR-IOV\n"));
  EXPECT_EQ(StatusText(ReadStatus(host_, request_).value()), R"(                        wanted  configured  running
intel_iommu             on      on          on                 ok
i915.enable_guc         3       3           3                  ok
i915.max_vfs            7       7           7                  ok
module_blacklist        xe      xe          xe                 ok
VFs at boot             7       7           0                  not in effect
VFs kept from the host  yes     udev rule   0 VFs at vfio-pci  ok

configured in
  intel_iommu              /etc/default/grub
  i915.enable_guc          /etc/default/grub
  i915.max_vfs             /etc/default/grub
  module_blacklist         /etc/default/grub
  VFs at boot              /etc/tmpfiles.d/vfqual-sriov.conf
  VFs kept from the host   /etc/udev/rules.d/99-vfqual-sriov.rules

not in effect, although this boot began after it was configured
  VFs at boot              kernel log: [ 9.0] i915 0000:00:02.0: not enough MMIO resources for SR-IOV
                           fix: vfqual doctor; vfqual triage knows published failures: dmesg | vfqual triage -

the kernel's parameters: /etc/default/grub
)");
}

TEST_F(AfterAReboot, WhatWasChangedSinceTakesEffectAtTheNextBoot) {
  host_.Answer("stat --dereference --format=%Y -- /etc/tmpfiles.d/vfqual-sriov.conf", Says("1100\n"));
  Expect("VFs at boot", "7", "0", State::kReboot);
  EXPECT_EQ(Reasons(), "");
  host_.SetFile("/proc/cmdline", "quiet\n");
  host_.Answer("stat --dereference --format=%Y -- /boot/grub/grub.cfg", Says("1100\n"));
  Expect("intel_iommu", "on", "-", State::kReboot);
}

TEST_F(AfterAReboot, WhereNothingTellsWhenItIsNoClaim) {
  host_.SetFile("/proc/stat", "cpu\n");
  Expect("VFs at boot", "7", "0", State::kReboot);
}

TEST_F(AfterAReboot, NoVfsWithTheCauseThatIsSeen) {
  const std::string name = "VFs at boot";
  EXPECT_EQ(Reasons(),
            Golden(name,
                   "systemd-tmpfiles-setup.service ran, and neither it nor the kernel's log tells why; or they were "
                   "taken away since",
                   "try it by hand, as root, and read dmesg: echo 7 > /sys/bus/pci/devices/0000:00:02.0/sriov_numvfs"));
  ASSERT_TRUE(host_.Remove(kOwnModulesLoadFile));
  EXPECT_EQ(Reasons(),
            Golden(name,
                   "nothing loads i915 before systemd-tmpfiles-setup.service: the line was carried out before "
                   "the driver was there",
                   "vfqual host configure, then reboot"));
  host_.Answer("journalctl", Says("Failed to write file \"/sys/devices/x/sriov_numvfs\": Device or resource busy\n"));
  EXPECT_EQ(Reasons(),
            Golden(name,
                   "systemd-tmpfiles-setup.service says: Failed to write file \"/sys/devices/x/sriov_numvfs\": "
                   "Device or resource busy",
                   "journalctl --boot --unit systemd-tmpfiles-setup.service"));
  host_.Answer("dmesg", Says("[ 9.0] i915 0000:00:02.0: [drm] *ERROR* Failed to enable 7 VFs (-EIO)\n"));
  EXPECT_EQ(Reasons(), Golden(name, "kernel log: [ 9.0] i915 0000:00:02.0: [drm] *ERROR* Failed to enable 7 VFs (-EIO)",
                              "vfqual doctor; vfqual triage knows published failures: dmesg | vfqual triage -"));
  host_.SetFile(kPf + "/sriov_totalvfs", "3\n");
  EXPECT_EQ(Reasons(), Golden(name, "i915 offers 3 VFs on 0000:00:02.0 (sriov_totalvfs), 7 are configured",
                              "vfqual host configure --vfs 3"));
  host_.SetFile(kPf + "/sriov_totalvfs", "0\n");
  EXPECT_EQ(Reasons(),
            Golden(name, "i915 offers no VFs on 0000:00:02.0 (sriov_totalvfs is 0)",
                   "the driver's parameters above; is it the module, or the kernel's own? vfqual module status"));
  host_.SetLink(kPf + "/driver", "../vfio-pci");
  EXPECT_EQ(Reasons(), Golden(name, "0000:00:02.0 is bound to vfio-pci, not to i915",
                              "vfqual module status tells what loads at boot"));
}

TEST_F(AfterAReboot, NoVfsBecauseOfTheUnit) {
  const auto reasons = [this](const std::string& shown) {
    host_.Answer("systemctl show", Says(shown));
    return Reasons();
  };
  const std::string name = "VFs at boot";
  EXPECT_EQ(reasons("LoadState=masked\nUnitFileState=masked\nActiveState=inactive\nResult=success\n"),
            Golden(name, "systemd-tmpfiles-setup.service is masked: nothing reads tmpfiles.d at boot",
                   "systemctl unmask systemd-tmpfiles-setup.service"));
  ASSERT_TRUE(host_.Remove(kOwnTmpfilesFile));
  host_.SetFile("/etc/sysfs.conf", "devices/pci0000:00/0000:00:02.0/sriov_numvfs = 7\n");
  EXPECT_EQ(reasons("LoadState=not-found\nActiveState=inactive\n"),
            Golden(name, "sysfsutils.service is not installed: nothing reads sysfs.conf at boot",
                   "apt-get install sysfsutils; or vfqual host configure --vfs-at-boot tmpfiles"));
  EXPECT_EQ(reasons("LoadState=loaded\nUnitFileState=disabled\nActiveState=inactive\n"),
            Golden(name, "sysfsutils.service is disabled: nothing reads sysfs.conf at boot",
                   "systemctl enable sysfsutils.service"));
  EXPECT_EQ(reasons("LoadState=loaded\nUnitFileState=enabled\nActiveState=failed\nResult=exit-code\n"),
            Golden(name, "sysfsutils.service failed (exit-code)", "journalctl --boot --unit sysfsutils.service"));
}

TEST_F(AfterAReboot, ParametersThatTheBootLostOnItsWay) {
  host_.SetFile(kPf + "/sriov_numvfs", "7\n");
  host_.SetFile("/proc/cmdline", "quiet intel_iommu=on i915.enable_guc=3 module_blacklist=xe\n");
  host_.SetFile("/sys/module/i915/parameters/max_vfs", "0\n");
  EXPECT_EQ(Reasons(),
            Golden("i915.max_vfs",
                   "/boot/grub/grub.cfg has it, /proc/cmdline has not: this boot took another entry, or was edited",
                   "reboot into the default entry"));
  host_.Answer("stat --dereference --format=%Y -- /boot/grub/grub.cfg", Says("800\n"));
  EXPECT_EQ(Reasons(),
            Golden("i915.max_vfs", "/boot/grub/grub.cfg is older than /etc/default/grub: it was not made anew",
                   "update-grub; then reboot"));
  host_.SetFile("/proc/cmdline", "quiet intel_iommu=on i915.enable_guc=3 i915.max_vfs=7 module_blacklist=xe\n");
  ASSERT_TRUE(host_.Remove("/sys/module/i915/parameters/max_vfs"));
  EXPECT_EQ(Reasons(),
            Golden("i915.max_vfs",
                   "the i915 that is loaded has no parameter max_vfs: it is the kernel's own, or of another release",
                   "vfqual module status tells which is loaded, and which should be"));
}

TEST_F(AfterAReboot, ModprobeOptionsThatTheInitramfsLacks) {
  request_.method = Method::kModprobe;
  Configure();
  host_.SetFile(kPf + "/sriov_numvfs", "7\n");
  host_.SetFile("/proc/cmdline", "quiet intel_iommu=on\n");
  host_.SetFile("/sys/module/i915/parameters/max_vfs", "0\n");
  EXPECT_EQ(Reasons(), Golden("i915.max_vfs",
                              "i915 was loaded without modprobe.d's options: from an initramfs that has not got them",
                              "update-initramfs -u -k all; then reboot"));
  // The image was made anew since: the next boot has them.
  host_.SetFile("/proc/sys/kernel/osrelease", "6.12\n");
  host_.SetFile("/boot/initrd.img-6.12", "");
  host_.Answer("stat --dereference --format=%Y -- /boot/initrd.img-6.12", Says("1100\n"));
  Expect("i915.max_vfs", "7", "0", State::kReboot);
}

}  // namespace
}  // namespace vfqual::host_config
