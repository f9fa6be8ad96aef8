#include "module/install/module_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/fake_host.h"
#include "module/install/initramfs_copy.h"
#include "module/install/secure_boot_report.h"

namespace vfqual {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

Completed Prints(std::string text) {
  Completed completed;
  completed.out = std::move(text);
  return completed;
}

TEST(DkmsStatus, IsReadInBothForms) {
  const auto entries = ParseDkmsStatus(
      "i915-sriov-dkms/2026.03.05.1, 6.12.107+deb13-amd64, x86_64: installed (WARNING! Diff between built and "
      "installed "
      "module!)\nlab-gpu/0.1.0: added\nv4l2loopback, 0.12.7, 6.1.0-50-amd64, x86_64: built\nrubbish\n");
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].version, "2026.03.05.1");
  EXPECT_EQ(entries[0].kernel, "6.12.107+deb13-amd64");
  EXPECT_EQ(entries[0].state, "installed");
  EXPECT_THAT(entries[0].note, HasSubstr("Diff between built and installed"));
  EXPECT_EQ(entries[1].name, "lab-gpu");
  EXPECT_EQ(entries[1].kernel, "");
  EXPECT_EQ(entries[2].name, "v4l2loopback");
  EXPECT_EQ(entries[2].state, "built");
}

TEST(Blacklist, IsReadFromTheCommandLineAndModprobe) {
  EXPECT_THAT(BlacklistReason("xe", "", "quiet module_blacklist=nouveau,xe"), HasSubstr("module_blacklist=nouveau,xe"));
  EXPECT_THAT(BlacklistReason("snd-hda", "blacklist snd_hda\n", ""), HasSubstr("modprobe.d"));
  EXPECT_THAT(BlacklistReason("xe", "install xe /bin/false\n", ""), HasSubstr("/bin/false"));
  EXPECT_THAT(
      BlacklistReason("i915", "options i915 max_vfs=7\nblacklist i915x\n", "i915.max_vfs=7 modprobe.blacklist=xe"),
      IsEmpty());
}

class StatusTest : public testing::Test {
 protected:
  StatusTest() {
    host_.SetFile("/proc/sys/kernel/osrelease", "6.12\n");
    host_.SetFile("/proc/cmdline", "quiet module_blacklist=xe\n");
    for (const char* release : {"7.3", "6.12"}) {
      host_.SetFile(std::string("/lib/modules/") + release + "/modules.dep", "");
    }
    host_.SetFile("/boot/initrd.img-6.12", "");
    host_.SetFile("/sys/module/i915/initstate", "live\n");
    host_.SetFile("/sys/module/i915/srcversion", "OLD\n");
    host_.Answer("dkms status", Prints("lab-gpu/0.1.0, 6.12, x86_64: installed\n"));
    host_.Answer("dpkg-query", Prints("ii \tlab-gpu-dkms 0.1.0-1\nrc \ti915-sriov-dkms 1\n"));
    host_.Answer("modprobe --showconfig", Prints("options i915 max_vfs=7\n"));
    host_.Answer("modinfo", Prints(""));
    host_.Answer("modinfo -k 6.12 -F filename i915", Prints("/lib/modules/6.12/updates/dkms/i915.ko.xz\n"));
    host_.Answer("modinfo -k 7.3 -F filename i915", Prints("/lib/modules/7.3/kernel/drivers/i915.ko.xz\n"));
    host_.Answer("modinfo -F srcversion /lib/modules/6.12/updates", Prints("NEW\n"));
    host_.Answer("lsinitramfs /boot/initrd.img-6.12",
                 Prints("usr/lib/modules/6.12/kernel/drivers/i915.ko\nusr/bin/sh\n"));
  }
  FakeHost host_;
};

TEST_F(StatusTest, TellsWhatEachKernelWillLoad) {
  const auto status = ReadModuleStatus(host_, {});
  ASSERT_TRUE(status) << status.error().Message();
  ASSERT_EQ(status->packages.size(), 1U) << "a package that was removed but not purged is not installed";
  EXPECT_EQ(status->packages[0].name, "lab-gpu-dkms");
  ASSERT_EQ(status->kernels.size(), 2U);
  EXPECT_EQ(status->kernels[0].release, "6.12") << "by their numbers";
  EXPECT_TRUE(status->kernels[0].running);
  const auto& i915 = status->kernels[0].modules[0];
  EXPECT_TRUE(i915.ours);
  EXPECT_EQ(i915.srcversion, "NEW");
  EXPECT_THAT(i915.stale, HasSubstr("/boot/initrd.img-6.12")) << "the initramfs holds the kernel's own";
  EXPECT_THAT(status->kernels[0].modules[1].blacklisted, HasSubstr("module_blacklist=xe"));
  EXPECT_FALSE(status->kernels[1].modules[0].ours);
  EXPECT_TRUE(status->loaded[0].loaded);
  EXPECT_FALSE(status->loaded[0].is_next) << "what runs is not what would be loaded now";
  EXPECT_FALSE(status->loaded[1].loaded);
  EXPECT_THAT(StatusLines(*status), Contains(HasSubstr("(the kernel's own)")));
  EXPECT_EQ(ToJson(*status)["kernels"][0]["modules"][0]["ours"], true);
}

TEST_F(StatusTest, TellsWhatSecureBootWillRefuse) {
  host_.SetFile("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                std::string("\6\0\0\0\1", 5));
  host_.SetFile("/lib/modules/6.12/updates/dkms/i915.ko.xz", "packed");
  host_.Answer("xz", Prints(std::string("\x7f") + "ELF"));
  const auto status = ReadModuleStatus(host_, {"i915"});
  ASSERT_TRUE(status) << status.error().Message();
  EXPECT_EQ(status->kernels[0].modules[0].signature.answer, secure_boot::Answer::kRejected);
  EXPECT_THAT(StatusLines(*status), Contains(HasSubstr("will be rejected: not signed")));
  EXPECT_EQ(ToJson(*status)["kernels"][0]["modules"][0]["signature"]["verdict"], "will be rejected");
  EXPECT_THAT(SecureBootLines(*status), Contains(HasSubstr("Secure Boot  on")));
  EXPECT_THAT(SecureBootLines(*status), Contains(HasSubstr("i915.ko.xz will be rejected: not signed")));
  const auto json = SecureBootJson(*status);
  EXPECT_EQ(json["secure_boot"], true);
  EXPECT_EQ(json["kernels"][0]["enforces"], true);
  EXPECT_EQ(json["kernels"][1]["modules"][0]["signature"]["verdict"], "unknown") << "its file is not there";
}

// Nothing of it is in /lib/modules, and there are no DKMS and no packages.
TEST(StatusOnNixos, TellsTheSystemThatRunsAndTheOneThatBootsNext) {
  FakeHost host;
  host.SetFile("/etc/NIXOS", "");
  host.SetFile("/etc/os-release", "ID=nixos\n");
  host.SetFile("/proc/sys/kernel/osrelease", "6.12.9\n");
  const std::string booted = "/run/booted-system/kernel-modules";
  const std::string next = "/nix/var/nix/profiles/system/kernel-modules";
  host.SetFile(booted + "/lib/modules/6.12.9/modules.dep", "");
  host.SetFile(next + "/lib/modules/6.12.10/modules.dep", "");
  host.Answer("modinfo", Prints("SRC\n"));
  host.Answer("modinfo -b " + booted + " -k 6.12.9 -F filename i915",
              Prints(booted + "/lib/modules/6.12.9/kernel/drivers/gpu/drm/i915/i915.ko.xz\n"));
  host.Answer("modinfo -b " + next + " -k 6.12.10 -F filename i915",
              Prints(next + "/lib/modules/6.12.10/extra/i915.ko.xz\n"));
  const auto status = ReadModuleStatus(host, {"i915"});
  ASSERT_TRUE(status) << status.error().Message();
  ASSERT_EQ(status->kernels.size(), 2U);
  EXPECT_TRUE(status->kernels[0].running);
  EXPECT_FALSE(status->kernels[0].modules[0].ours);
  EXPECT_EQ(status->kernels[1].release, "6.12.10");
  EXPECT_TRUE(status->kernels[1].modules[0].ours);
  EXPECT_THAT(status->packages, IsEmpty());
}

TEST(StatusOnArch, TheImageOfTheKernelsPackageIsRead) {
  FakeHost host;
  const std::string release = "6.12.1-arch1-1";
  host.SetFile("/proc/sys/kernel/osrelease", release + "\n");
  host.SetFile("/lib/modules/" + release + "/modules.dep", "");
  host.SetFile("/usr/lib/modules/" + release + "/pkgbase", "linux\n");
  host.SetFile("/boot/initramfs-linux.img", "");
  host.Answer("pacman --query", Prints("linux 6.12.1.arch1-1\ni915-sriov-dkms 2026.03.05-1\n"));
  host.Answer("dkms status", Prints("i915-sriov-dkms/2026.03.05, " + release + ", x86_64: installed\n"));
  host.Answer("modinfo", Prints(""));
  host.Answer("modinfo -k " + release + " -F filename i915",
              Prints("/lib/modules/" + release + "/updates/dkms/i915.ko.zst\n"));
  // mkinitcpio's hook "kms" takes the driver in; this image was made before DKMS installed the module.
  host.Answer("lsinitcpio /boot/initramfs-linux.img",
              Prints("usr/lib/modules/" + release + "/kernel/drivers/gpu/drm/i915/i915.ko.zst\n"));
  const auto status = ReadModuleStatus(host, {"i915"});
  ASSERT_TRUE(status);
  ASSERT_EQ(status->packages.size(), 1U);
  EXPECT_EQ(status->packages[0].manager, "pacman");
  EXPECT_TRUE(status->kernels[0].modules[0].ours);
  EXPECT_THAT(status->kernels[0].modules[0].stale, HasSubstr("/boot/initramfs-linux.img holds another file"));
}

TEST(InitramfsCopy, IsStaleWhereItIsAnotherFile) {
  const InitramfsCopy copy{"/boot/initrd.img-6.12", "usr/lib/modules/6.12/updates/dkms/i915.ko", true};
  EXPECT_THAT(WhyStale(copy, "/lib/modules/6.12/updates/dkms/i915.ko.xz"), IsEmpty());
  EXPECT_THAT(WhyStale(copy, "/lib/modules/6.12/kernel/drivers/gpu/drm/i915/i915.ko.xz"), HasSubstr("another file"));
}

}  // namespace
}  // namespace vfqual
