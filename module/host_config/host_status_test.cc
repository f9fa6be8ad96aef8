#include "module/host_config/host_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "module/host_config/configure.h"
#include "module/host_config/testing_host.h"

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

TEST_F(HostStatusTest, ABootLoaderThatCannotBeToldIsUnknown) {
  ASSERT_TRUE(host_.Remove("/boot/grub/grub.cfg"));
  request_.method.reset();
  const auto status = ReadStatus(host_, request_).value();
  EXPECT_THAT(status.boot_loader, testing::HasSubstr("no boot loader was found"));
  Expect("i915.max_vfs", "-", "-", State::kUnknown);
  EXPECT_THAT(StatusText(status), testing::HasSubstr("no boot loader was found"));
}

}  // namespace
}  // namespace vfqual::host_config
