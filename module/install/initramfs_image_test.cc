#include "module/install/initramfs_image.h"

#include <gmock/gmock.h>

#include "harness/base/fake_host.h"
#include "module/install/initramfs_copy.h"

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Completed Lists(std::string text) {
  Completed completed;
  completed.out = std::move(text);
  return completed;
}

TEST(InitramfsImage, Debian) {
  FakeHost host;
  host.SetFile("/boot/initrd.img-6.12", "");
  EXPECT_THAT(RefreshInitramfsArgv(host, "6.12"), IsEmpty()) << "no tool";
  host.SetFile("/usr/sbin/update-initramfs", "");
  EXPECT_THAT(RefreshInitramfsArgv(host, "6.12"), ElementsAre("update-initramfs", "-u", "-k", "6.12"));
  EXPECT_THAT(RefreshInitramfsArgv(host, "6.13"), IsEmpty()) << "no image";
}

TEST(InitramfsImage, FedorasDracut) {
  FakeHost host;
  host.SetFile("/boot/initramfs-6.12.fc41.img", "");
  host.SetFile("/usr/bin/dracut", "");
  EXPECT_THAT(RefreshInitramfsArgv(host, "6.12.fc41"), ElementsAre("dracut", "--force", "--kver", "6.12.fc41"));
}

class ArchImages : public testing::Test {
 protected:
  ArchImages() {
    host_.SetFile("/usr/lib/modules/6.12.1-arch1-1/pkgbase", "linux\n");
    host_.SetFile("/boot/initramfs-linux.img", "");
    host_.SetFile("/usr/bin/mkinitcpio", "");
    // As the package writes it.
    host_.SetFile("/etc/mkinitcpio.d/linux.preset",
                  "# mkinitcpio preset file for the 'linux' package\n\n#ALL_config=\"/etc/mkinitcpio.conf\"\n"
                  "ALL_kver=\"/boot/vmlinuz-linux\"\n\nPRESETS=('default' 'fallback')\n\n"
                  "default_image=\"/boot/initramfs-linux.img\"\n#default_uki=\"/efi/EFI/Linux/arch-linux.efi\"\n");
  }
  FakeHost host_;
  const std::string release_ = "6.12.1-arch1-1";
};

TEST_F(ArchImages, TheImageHasThePackagesName) {
  EXPECT_EQ(FindInitramfsImage(host_, release_).path, "/boot/initramfs-linux.img");
  EXPECT_THAT(RefreshInitramfsArgv(host_, release_), ElementsAre("mkinitcpio", "-p", "linux"));
  host_.Answer("lsinitcpio /boot/initramfs-linux.img",
               Lists("usr/lib/modules/6.12.1-arch1-1/kernel/drivers/gpu/drm/i915/i915.ko.zst\n"));
  const auto copy = FindInitramfsCopy(host_, "i915", release_);
  EXPECT_EQ(copy.path, "usr/lib/modules/6.12.1-arch1-1/kernel/drivers/gpu/drm/i915/i915.ko.zst");
  EXPECT_THAT(WhyStale(copy, "/lib/modules/6.12.1-arch1-1/updates/dkms/i915.ko.zst"),
              testing::HasSubstr("mkinitcpio -P"));
  EXPECT_FALSE(FindInitramfsCopy(host_, "xe", release_).MayHoldIt());
}

TEST_F(ArchImages, AUnifiedKernelImage) {
  host_.SetFile("/etc/mkinitcpio.d/linux.preset",
                "#default_image=\"/boot/initramfs-linux.img\"\ndefault_uki=\"/efi/EFI/Linux/arch-linux.efi\"\n");
  host_.SetFile("/efi/EFI/Linux/arch-linux.efi", "");
  EXPECT_EQ(FindInitramfsImage(host_, release_).path, "/efi/EFI/Linux/arch-linux.efi");
  EXPECT_THAT(RefreshInitramfsArgv(host_, release_), ElementsAre("mkinitcpio", "-p", "linux"));
  // No program lists it here: it may hold the module.
  EXPECT_TRUE(FindInitramfsCopy(host_, "i915", release_).MayHoldIt());
}

TEST_F(ArchImages, DracutWritesTheNameThatTheBootLoaderKnows) {
  ASSERT_TRUE(host_.Remove("/usr/bin/mkinitcpio"));
  ASSERT_TRUE(host_.Remove("/etc/mkinitcpio.d/linux.preset"));
  host_.SetFile("/usr/bin/dracut", "");
  EXPECT_THAT(RefreshInitramfsArgv(host_, release_),
              ElementsAre("dracut", "--force", "--kver", release_, "/boot/initramfs-linux.img"));
}

}  // namespace
}  // namespace vfqual
