#include "module/install/install.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Argv = std::vector<std::string>;

Completed Says(std::string text, int exit_code = 0) {
  Completed completed;
  completed.out = std::move(text);
  completed.exit_code = exit_code;
  return completed;
}

TEST(InstallRoute, FollowsTheFileUnlessAsked) {
  EXPECT_EQ(ChooseRoute("", "/x/i915-sriov-dkms_1_amd64.deb"), InstallRoute::kDpkg);
  EXPECT_EQ(ChooseRoute("", "/x/i915-sriov-dkms-1-1-any.pkg.tar.zst"), InstallRoute::kPacman);
  EXPECT_EQ(ChooseRoute("", "/x/folder"), InstallRoute::kDkms);
  EXPECT_EQ(ChooseRoute("nixos", "/x/folder"), InstallRoute::kNixos);
  EXPECT_EQ(ChooseRoute("dkms", "/x/a.deb"), InstallRoute::kDkms);
  EXPECT_EQ(ChooseRoute("dpkg", "/x/folder").error().blame, Blame::kInput);
  EXPECT_THAT(ChooseRoute("rpm", "/x").error().what, HasSubstr("none of dpkg"));
}

class InstallTest : public testing::Test {
 protected:
  InstallTest() {
    host_.SetFile("/proc/sys/kernel/random/boot_id", "b\n");
    host_.SetFile("/proc/sys/kernel/osrelease", "6.12\n");
    host_.SetFile("/lib/modules/6.12", "");
    host_.SetFile("/lib/modules/6.12/modules.dep", "");
    host_.SetFile("/lib/modules/6.12/build/Makefile", "");
    host_.Answer("dkms --version", Says("dkms-3.2.2\n"));
    host_.Answer("dkms status", [this](const Command&) { return Says(dkms_); });
    host_.Answer("dkms add", [this](const Command&) {
      host_.SetFile("/usr/src/lab-gpu-0.1.0", "");
      host_.SetFile("/var/lib/dkms/lab-gpu/0.1.0", "");
      return Says("");
    });
    host_.Answer("dkms install", [this](const Command& command) {
      const bool good = install_good_ || (command.argv.back() == "--force" && forced_good_);
      if (good) dkms_ = "lab-gpu/0.1.0, 6.12, x86_64: installed\n";
      if (!good && forced_good_) dkms_ = "lab-gpu/0.1.0, 6.12, x86_64: built\n";
      if (!good)
        host_.SetFile("/var/lib/dkms/lab-gpu/0.1.0/build/make.log", "main.c:7:1: error: unknown type name 'foo'\n");
      return good ? Says("") : Says("Error! Bad return status for module build on kernel: 6.12 (x86_64)\n", 10);
    });
    host_.Answer("modinfo", Says(""));
    host_.Answer("modinfo -k 6.12 -F filename i915", [this](const Command&) {
      return Says(dkms_.empty() || stock_wins_ ? "/lib/modules/6.12/kernel/i915.ko\n"
                                               : "/lib/modules/6.12/updates/dkms/i915.ko\n");
    });
    host_.Answer("dkms remove", Says(""));
    host_.Answer("rm", Says(""));
    request_.conf.name = "lab-gpu";
    request_.conf.version = "0.1.0";
    request_.conf.modules = {"i915"};
    request_.folder = "/cache/lab-gpu";
  }

  Status Install() {
    const auto plan = PrepareInstall(host_, request_);
    if (!plan) return tl::unexpected<Error>(plan.error());
    ChangeLog changes(host_, {}, {});
    return vfqual::Install(host_, changes, *plan, [this](const std::string& line) { said_.push_back(line); });
  }
  bool JournalIsEmpty() { return !host_.Exists(kChangesFile).value_or(true); }

  FakeHost host_;
  InstallRequest request_;
  std::vector<std::string> said_;
  std::string dkms_;
  bool install_good_ = true;
  bool forced_good_ = false;
  bool stock_wins_ = false;
};

TEST_F(InstallTest, ByDkmsStaysAndLeavesNoJournal) {
  const auto installed = Install();
  ASSERT_TRUE(installed) << installed.error().Message();
  EXPECT_THAT(host_.Commands(), Contains(Argv{"dkms", "add", "/cache/lab-gpu"}));
  EXPECT_THAT(host_.Commands(), Contains(Argv{"dkms", "install", "lab-gpu/0.1.0", "-k", "6.12"}));
  EXPECT_THAT(host_.Commands(), Not(Contains(Contains("--force"))));
  EXPECT_THAT(host_.Commands(), Not(Contains(Contains("remove"))));
  EXPECT_TRUE(JournalIsEmpty()) << "recover must not take it off again";
}

TEST_F(InstallTest, WhatSecureBootWillRefuseIsToldBeforeTheReboot) {
  host_.SetFile("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                std::string("\6\0\0\0\1", 5));
  host_.SetFile("/lib/modules/6.12/updates/dkms/i915.ko", std::string("\x7f") + "ELF");
  ASSERT_TRUE(Install());
  EXPECT_THAT(said_, Contains(HasSubstr("ATTENTION: 6.12 i915 will be rejected: not signed")));
  EXPECT_THAT(said_, Contains(HasSubstr("before you reboot")));
}

TEST_F(InstallTest, IsTriedOnceMoreWithForce) {
  install_good_ = false;
  forced_good_ = true;
  ASSERT_TRUE(Install());
  EXPECT_THAT(host_.Commands(), Contains(Argv{"dkms", "install", "lab-gpu/0.1.0", "-k", "6.12", "--force"}));
}

TEST_F(InstallTest, AFailureTakesEverythingBack) {
  install_good_ = false;
  const auto failed = Install();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().blame, Blame::kSubject);
  EXPECT_THAT(failed.error().what, HasSubstr("unknown type name"))
      << "what the compiler said, not what DKMS says of it";
  EXPECT_THAT(host_.Commands(), Not(Contains(Contains("--force")))) << "it would not build then either";
  EXPECT_THAT(host_.Commands(), Contains(Argv{"dkms", "remove", "lab-gpu/0.1.0", "--all"}));
  EXPECT_THAT(host_.Commands(), Contains(Argv{"rm", "-r", "--", "/usr/src/lab-gpu-0.1.0"}));
  EXPECT_TRUE(JournalIsEmpty());
}

TEST_F(InstallTest, TheStockModuleWinningIsAFailureAndTakenBack) {
  stock_wins_ = true;
  const auto failed = Install();
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().what, HasSubstr("would still load '/lib/modules/6.12/kernel/i915.ko'"));
  EXPECT_THAT(host_.Commands(), Contains(Argv{"dkms", "remove", "lab-gpu/0.1.0", "--all"}));
}

TEST_F(InstallTest, APackageThatBuiltNothingIsPurgedAgain) {
  request_.route = InstallRoute::kDpkg;
  request_.package = "/x/lab-gpu.deb";
  host_.Answer("dpkg-deb", Says("lab-gpu-dkms 0.1.0-1"));
  host_.Answer("dpkg --install", [this](const Command&) {
    host_.SetFile("/var/lib/dpkg/info/lab-gpu-dkms.list", "");
    return Says("");
  });
  host_.Answer("dpkg --purge", Says(""));
  const auto failed = Install();
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().what, HasSubstr("did not install it for 6.12"));
  EXPECT_THAT(host_.Commands(), Contains(Argv{"dpkg", "--purge", "--force-remove-reinstreq", "lab-gpu-dkms"}));
}

TEST_F(InstallTest, TheInitramfsIsMadeAnewAlsoOnTheWayBackAndLast) {
  host_.SetFile("/boot/initrd.img-6.12", "");
  host_.SetFile("/usr/sbin/update-initramfs", "");
  host_.Answer("lsinitramfs", Says("usr/lib/modules/6.12/kernel/i915.ko\n"));
  host_.Answer("update-initramfs", Says(""));
  ASSERT_TRUE(Install());
  EXPECT_EQ(host_.Commands().back(), (Argv{"update-initramfs", "-u", "-k", "6.12"}));
  dkms_.clear();
  install_good_ = false;
  ASSERT_TRUE(host_.Remove("/usr/src/lab-gpu-0.1.0"));
  ASSERT_TRUE(host_.Remove("/var/lib/dkms/lab-gpu/0.1.0"));
  ASSERT_FALSE(Install());
  EXPECT_EQ(host_.Commands().back(), (Argv{"update-initramfs", "-u", "-k", "6.12"}));
}

TEST_F(InstallTest, WhatCannotWorkIsToldBeforeAnythingIsTouched) {
  dkms_ = "lab-gpu/0.0.9, 6.12, x86_64: installed\n";
  EXPECT_THAT(Install().error().fix, HasSubstr("vfqual module remove lab-gpu"));
  dkms_.clear();
  request_.kernels = {"9.9"};
  EXPECT_EQ(Install().error().blame, Blame::kInput);
  host_.SetFile("/lib/modules/9.9", "");
  EXPECT_THAT(Install().error().fix, HasSubstr("linux-headers-9.9"));
  request_.route = InstallRoute::kDpkg;
  request_.package = "/x/broken.deb";
  host_.Answer("dpkg-deb", Says("not a Debian format archive", 2));
  EXPECT_EQ(Install().error().blame, Blame::kInput);
  EXPECT_TRUE(host_.Writes().empty());
}

TEST_F(InstallTest, OnArchAfterAnUpgradeAndOnNixos) {
  host_.SetFile("/proc/sys/kernel/osrelease", "6.12.1-arch1-1\n");
  const auto upgraded = Install().error();
  EXPECT_THAT(upgraded.what, HasSubstr("the modules of the running kernel 6.12.1-arch1-1 are gone"));
  EXPECT_THAT(upgraded.fix, HasSubstr("reboot"));
  host_.SetFile("/lib/modules/6.12.1-arch1-1", "");
  host_.SetFile("/usr/lib/modules/6.12.1-arch1-1/pkgbase", "linux-lts\n");
  EXPECT_EQ(Install().error().fix, "pacman -S linux-lts-headers");
  host_.SetFile("/etc/NIXOS", "");
  const auto nixos = Install().error();
  EXPECT_EQ(nixos.blame, Blame::kInput);
  EXPECT_THAT(nixos.fix, HasSubstr("--route nixos"));
  EXPECT_TRUE(host_.Writes().empty());
}

TEST_F(InstallTest, RemovingTakesEveryVersionAndTheSourcesAndCanGoOn) {
  EXPECT_EQ(PrepareRemove(host_, "lab-gpu").error().blame, Blame::kInput);
  EXPECT_EQ(PrepareRemove(host_, "../x").error().blame, Blame::kInput);
  dkms_ = "lab-gpu/0.1.0, 6.12, x86_64: installed\nlab-gpu/0.1.0, 7.3, x86_64: built\n";
  host_.SetFile("/usr/src/lab-gpu-0.1.0/dkms.conf", "PACKAGE_NAME=lab-gpu\nPACKAGE_VERSION=0.1.0\n");
  host_.SetFile("/usr/src/lab-gpu-other/dkms.conf", "PACKAGE_NAME=lab-gpu-other\nPACKAGE_VERSION=1\n");
  const auto plan = PrepareRemove(host_, "lab-gpu");
  ASSERT_TRUE(plan) << plan.error().Message();
  EXPECT_THAT(plan->commands, ElementsAre(Argv{"dkms", "remove", "lab-gpu/0.1.0", "--all"}));
  EXPECT_THAT(plan->folders, ElementsAre("/usr/src/lab-gpu-0.1.0"));
  // A call that died after `dkms remove` left the sources.
  dkms_.clear();
  const auto rest = PrepareRemove(host_, "lab-gpu");
  ASSERT_TRUE(rest);
  EXPECT_TRUE(rest->commands.empty());
  EXPECT_THAT(rest->folders, ElementsAre("/usr/src/lab-gpu-0.1.0"));
}

TEST_F(InstallTest, RemovingMakesTheInitramfsAnewWhereItHoldsTheModule) {
  const Argv refresh = {"update-initramfs", "-u", "-k", "6.12"};
  dkms_ = "lab-gpu/0.1.0, 6.12, x86_64: installed\n";
  host_.SetFile("/var/lib/dkms/lab-gpu/0.1.0/source/dkms.conf",
                "PACKAGE_NAME=lab-gpu\nPACKAGE_VERSION=0.1.0\nBUILT_MODULE_NAME[0]=i915\n");
  host_.SetFile("/boot/initrd.img-6.12", "");
  host_.SetFile("/usr/sbin/update-initramfs", "");
  host_.Answer("lsinitramfs", Says("usr/lib/modules/6.12/kernel/ext4.ko\n"));
  EXPECT_THAT(PrepareRemove(host_, "lab-gpu")->commands, Not(Contains(refresh)));
  host_.Answer("lsinitramfs", Says("usr/lib/modules/6.12/updates/dkms/i915.ko\n"));
  EXPECT_EQ(PrepareRemove(host_, "lab-gpu")->commands.back(), refresh);
  ASSERT_TRUE(host_.Remove("/var/lib/dkms/lab-gpu/0.1.0/source/dkms.conf"));
  host_.Answer("lsinitramfs", Says(""));
  EXPECT_EQ(PrepareRemove(host_, "lab-gpu")->commands.back(), refresh) << "what it holds cannot be told";
}

TEST(NixosExpression, NamesTheModulesOfTheRelease) {
  DkmsConf conf;
  conf.name = "i915-sriov-dkms";
  conf.version = "2026.03.05";
  conf.modules = {"intel_sriov_compat", "i915", "kvmgt", "xe"};
  const auto text = NixosExpression(conf, "github:strongtz/i915-sriov-dkms/\"${x}");
  EXPECT_THAT(text, HasSubstr("[ pkgs.i915-sriov pkgs.xe-sriov ]"));
  EXPECT_THAT(text, HasSubstr("getFlake \"github:strongtz/i915-sriov-dkms/\\\"\\${x}\""));
  EXPECT_THAT(text, HasSubstr("Not run here"));
}

}  // namespace
}  // namespace vfqual
