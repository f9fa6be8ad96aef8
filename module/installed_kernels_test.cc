#include "module/installed_kernels.h"

#include <gmock/gmock.h>

#include "harness/base/fake_host.h"
#include "module/loaded_module.h"

namespace vfqual {
namespace {

using testing::Contains;
using testing::ElementsAre;

TEST(InstalledKernels, ByTheirFolder) {
  FakeHost host;
  host.SetFile("/lib/modules/6.12.10/modules.dep", "");
  host.SetFile("/lib/modules/6.12.9/modules.dep", "");
  host.SetFile("/lib/modules/6.1/updates/x.ko", "");  // a removed kernel leaves what DKMS put there
  EXPECT_THAT(InstalledKernels(host), ElementsAre("6.12.9", "6.12.10"));
  EXPECT_EQ(ModuleBase(host, "6.12.9"), "");
}

// Nothing is in /lib/modules; a system that was switched to has another kernel until the reboot.
TEST(InstalledKernels, OfNixos) {
  FakeHost host;
  host.SetFile("/etc/NIXOS", "");
  host.SetFile("/run/booted-system/kernel-modules/lib/modules/6.12.9/modules.dep", "");
  host.SetFile("/run/current-system/kernel-modules/lib/modules/6.12.10/modules.dep", "");
  host.SetFile("/nix/var/nix/profiles/system/kernel-modules/lib/modules/6.12.10/modules.dep", "");
  EXPECT_TRUE(IsNixos(host));
  EXPECT_THAT(InstalledKernels(host), ElementsAre("6.12.9", "6.12.10"));
  EXPECT_EQ(ModuleBase(host, "6.12.9"), "/run/booted-system/kernel-modules");
  EXPECT_EQ(ModuleBase(host, "6.12.10"), "/run/current-system/kernel-modules");
  EXPECT_EQ(ModuleBase(host, "6.6"), "");
  Completed found;
  found.out = "/run/current-system/kernel-modules/lib/modules/6.12.10/extra/i915.ko.xz\n";
  host.Answer("modinfo", Completed{});
  host.Answer("modinfo -b /run/current-system/kernel-modules -k 6.12.10 -F filename i915", found);
  const auto file = FindModuleFile(host, "i915", "6.12.10");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->path, "/run/current-system/kernel-modules/lib/modules/6.12.10/extra/i915.ko.xz");
}

TEST(InstalledKernels, APackageBaseIsAName) {
  FakeHost host;
  const auto base = [&host](const std::string& text) {
    host.SetFile("/usr/lib/modules/6.12/pkgbase", text);
    return PackageBase(host, "6.12");
  };
  EXPECT_EQ(base("linux-zen\n"), "linux-zen");
  EXPECT_EQ(base("../x\n"), "");
  EXPECT_EQ(base("-P\n"), "");
  EXPECT_EQ(PackageBase(host, "none"), "");
}

}  // namespace
}  // namespace vfqual
