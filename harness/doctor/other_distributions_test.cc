// The doctor on distributions that were never at hand: their files, as their documentation has them, on the healthy
// host.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/doctor/doctor.h"
#include "harness/doctor/healthy_host.h"

namespace vfqual::doctor {
namespace {

using testing::HasSubstr;

class OtherDistributionTest : public testing::Test {
 protected:
  OtherDistributionTest() {
    MakeHealthy(host_);
    const std::string debian = kTestKernel;
    for (const auto& path : {"/etc/default/grub", "/boot/grub/grub.cfg", "/usr/lib/x86_64-linux-gnu/libvirt.so.0"}) {
      EXPECT_TRUE(host_.Remove(path));
    }
    EXPECT_TRUE(host_.Remove("/lib/modules/" + debian + "/build/Makefile"));
    EXPECT_TRUE(host_.Remove("/lib/modules/" + debian + "/build/.config"));
  }
  void RunsKernel(const std::string& release) { host_.SetFile("/proc/sys/kernel/osrelease", release + "\n"); }
  Check Find(const std::string& id) {
    const auto checks = Examine(host_, {}).value();
    for (const auto& check : checks) {
      if (check.id == id) return check;
    }
    ADD_FAILURE() << "no check " << id;
    return {};
  }
  void ExpectReady() {
    const auto checks = Examine(host_, {}).value();
    for (const auto& check : checks) {
      EXPECT_EQ(check.state, State::kOk) << check.id << ": " << check.evidence << " (" << check.fix << ")";
    }
  }

  FakeHost host_;
};

class ArchTest : public OtherDistributionTest {
 protected:
  ArchTest() {
    host_.SetFile("/etc/os-release", "NAME=\"Arch Linux\"\nID=arch\nBUILD_ID=rolling\n");
    RunsKernel(release_);
    const std::string modules = "/lib/modules/" + release_;
    host_.SetFile(modules, "");
    host_.SetFile(modules + "/modules.dep", "");
    host_.SetFile(modules + "/build/Makefile", "");
    host_.SetFile(modules + "/build/.config", "CONFIG_CC_VERSION_TEXT=\"gcc (GCC) 15.2.1 20260103\"\n");
    host_.SetFile("/usr" + modules + "/pkgbase", "linux\n");
    host_.Answer("gcc --version", Said("gcc (GCC) 15.2.1 20260209\nCopyright\n"));
    host_.Answer("modinfo -k " + release_ + " -F filename i915",
                 Said("/lib/modules/" + release_ + "/updates/dkms/i915.ko.zst\n"));
    host_.SetFile("/usr/lib/libvirt.so.0", "");
    // systemd-boot with an entry as the wiki writes it.
    host_.SetFile("/boot/loader/loader.conf", "default arch.conf\n");
    host_.SetFile("/boot/loader/entries/arch.conf",
                  "title Arch Linux\nlinux /vmlinuz-linux\ninitrd /initramfs-linux.img\n"
                  "options root=UUID=1 rw intel_iommu=on i915.enable_guc=3 i915.max_vfs=7 module_blacklist=xe\n");
  }
  const std::string release_ = "6.12.43-arch1-1";
};

TEST_F(ArchTest, IsReady) {
  ExpectReady();
}

TEST_F(ArchTest, ThePackagesHaveItsNames) {
  ASSERT_TRUE(host_.Remove("/lib/modules/" + release_ + "/build/Makefile"));
  host_.SetFile("/usr/lib/modules/" + release_ + "/pkgbase", "linux-lts\n");
  EXPECT_EQ(Find("headers").fix, "pacman -S linux-lts-headers");
  ASSERT_TRUE(host_.Remove("/usr/lib/libvirt.so.0"));
  EXPECT_EQ(Find("libvirt").fix, "pacman -S libvirt");
}

// pacman takes the running kernel's modules away with the upgrade.
TEST_F(ArchTest, AfterAnUpgradeTheFixIsAReboot) {
  RunsKernel("6.12.42-arch1-1");
  EXPECT_THAT(Find("headers").evidence, HasSubstr("/lib/modules/6.12.42-arch1-1 is gone"));
  EXPECT_THAT(Find("headers").fix, HasSubstr("reboot"));
}

TEST_F(ArchTest, AnotherCompilerIsSeenByItsVersionNotByItsDate) {
  host_.Answer("gcc --version", Said("gcc (GCC) 16.1.1 20260103\n"));
  EXPECT_EQ(Find("compiler").state, State::kWarn);
  EXPECT_EQ(Find("compiler").fix, "pacman -S gcc");
}

class NixosTest : public OtherDistributionTest {
 protected:
  NixosTest() {
    host_.SetFile("/etc/os-release", "ID=nixos\nVERSION_ID=\"25.11\"\n");
    host_.SetFile("/etc/NIXOS", "");
    RunsKernel("6.12.43");
    const std::string system = "/run/booted-system/kernel-modules";
    host_.SetFile(system + "/lib/modules/6.12.43/modules.dep", "");
    host_.Answer("modinfo -b " + system + " -k 6.12.43 -F filename i915",
                 Said(system + "/lib/modules/6.12.43/extra/i915.ko.xz\n"));
    host_.SetFile("/run/current-system/sw/lib/libvirt.so.0", "");
    host_.SetFile("/nix/var/nix/profiles/system/kernel-params",
                  "intel_iommu=on i915.enable_guc=3 i915.max_vfs=7 module_blacklist=xe loglevel=4");
    // firmware_class.path on the command line; nothing is in /lib/firmware.
    host_.SetFile("/sys/module/firmware_class/parameters/path", "/run/current-system/firmware\n");
    EXPECT_TRUE(host_.Remove("/lib/firmware/i915/tgl_guc_70.bin"));
    host_.SetFile("/run/current-system/firmware/i915/tgl_guc_70.bin", GucBlob(70, 44, 1));
  }
};

TEST_F(NixosTest, IsReady) {
  ExpectReady();
}

TEST_F(NixosTest, FixesAreSettings) {
  ASSERT_TRUE(host_.Remove("/run/current-system/sw/lib/libvirt.so.0"));
  EXPECT_EQ(Find("libvirt").fix, "virtualisation.libvirtd.enable = true; in configuration.nix");
  ASSERT_TRUE(host_.Remove("/run/current-system/firmware/i915/tgl_guc_70.bin"));
  EXPECT_THAT(Find("guc-firmware").fix, HasSubstr("hardware.enableRedistributableFirmware = true;"));
  host_.Answer("modinfo -b /run/booted-system/kernel-modules -k 6.12.43 -F filename i915",
               Said("/run/booted-system/kernel-modules/lib/modules/6.12.43/kernel/drivers/gpu/drm/i915/i915.ko.xz\n"));
  EXPECT_THAT(Find("drivers").fix, HasSubstr("--route nixos"));
}

}  // namespace
}  // namespace vfqual::doctor
