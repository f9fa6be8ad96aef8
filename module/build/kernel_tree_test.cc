#include "module/build/kernel_tree.h"

#include <gmock/gmock.h>

#include <fstream>

#include "harness/base/temporary_folder.h"
#include "module/build/build_root.h"
#include "module/build/private_apt.h"
#include "module/source/testing_archives.h"

namespace vfqual {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(KernelTree, TheCompilerIsTheOneOfTheConfiguration) {
  const auto of = [](const std::string& text) {
    return CompilerOfConfig("X=y\nCONFIG_CC_VERSION_TEXT=\"" + text + "\"\n");
  };
  EXPECT_EQ(of("gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0"), "gcc-12");
  EXPECT_EQ(of("x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0"), "gcc-14");
  EXPECT_EQ(of("x86_64-linux-gnu-gcc-13 (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0"), "gcc-13");
  EXPECT_EQ(of("gcc (GCC) 15.2.1 20260103"), "gcc-15");
  EXPECT_EQ(of("Debian clang version 19.1.7"), "clang");
  EXPECT_EQ(CompilerOfConfig(""), "");
}

TEST(KernelTree, AFolderThatIsNoKernelIsRefused) {
  const auto folder = TemporaryFolder::Make("kernel").value();
  KernelOptions options;
  options.cache = folder.Path() / "cache";
  const auto refused = PackagedKernel(folder.Path().string(), options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().blame, Blame::kInput);
  for (const char* bad :
       {"linux-headers-6.1", "linux-image-6.1@bookworm", "linux-headers-x@../y", "-o@bookworm", "@", "x@"}) {
    const auto kernel = PackagedKernel(bad, options);
    ASSERT_FALSE(kernel) << bad;
    EXPECT_EQ(kernel.error().blame, Blame::kInput) << bad;
  }
  EXPECT_FALSE(fs::exists(folder.Path() / "cache/apt"));
  const auto missing = InstalledKernel("1.2.3-none");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().blame, Blame::kInput);
  EXPECT_FALSE(InstalledKernel("../../etc"));
}

TEST(KernelTree, AFolderTellsItsReleaseAndCompiler) {
  const auto folder = TemporaryFolder::Make("kernel").value();
  fs::create_directories(folder.Path() / "include/config");
  std::ofstream(folder.Path() / "include/config/kernel.release") << "7.3.4-mine\n";
  std::ofstream(folder.Path() / ".config") << "CONFIG_CC_VERSION_TEXT=\"gcc-12 (Debian) 12.2.0\"\n";
  const auto kernel = PackagedKernel(folder.Path().string(), {});
  ASSERT_TRUE(kernel) << kernel.error().Message();
  EXPECT_EQ(kernel->release, "7.3.4-mine");
  EXPECT_EQ(kernel->compiler, "gcc-12");
}

// As pacman's cache has it (a build of one: labtests/packaged_kernel_test.cc).
class ArchPackage : public testing::Test {
 protected:
  void SetUp() override {
    const auto build = Here() / "package/usr/lib/modules/6.12.1-arch1-1/build";
    fs::create_directories(build / "include/config");
    fs::create_directories(Here() / "package/usr/src");
    std::ofstream(build / "Makefile") << "# the kernel's\n";
    std::ofstream(build / "include/config/kernel.release") << "6.12.1-arch1-1\n";
    std::ofstream(build / ".config") << "CONFIG_CC_VERSION_TEXT=\"gcc (GCC) 15.2.1 20260103\"\n";
    fs::create_symlink("../lib/modules/6.12.1-arch1-1/build", Here() / "package/usr/src/linux");
    std::ofstream(Here() / "package/.PKGINFO") << "pkgname = linux-headers\n";
    options_.cache = Here() / "cache";
  }
  void Pack(std::vector<std::string> what) {
    std::vector<std::string> argv = {"tar", "--zstd", "-P", "-C", (Here() / "package").string(), "-cf", File()};
    argv.insert(argv.end(), what.begin(), what.end());
    testing_archives::RunTool(Here(), argv);
  }
  std::string File() const { return (Here() / "linux-headers-6.12.1.arch1-1-x86_64.pkg.tar.zst").string(); }
  const fs::path& Here() const { return folder_->Path(); }
  std::vector<std::string> Left() const {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(Here() / "cache/kernel-headers", error)) {
      if (entry.path().extension() != ".lock") names.push_back(entry.path().filename());
    }
    return names;
  }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("arch");
  KernelOptions options_;
};

TEST_F(ArchPackage, TellsItsKernel) {
  Pack({".PKGINFO", "usr"});
  const auto kernel = PackagedKernel(File(), options_);
  ASSERT_TRUE(kernel) << kernel.error().Message();
  EXPECT_EQ(kernel->release, "6.12.1-arch1-1");
  EXPECT_EQ(kernel->distribution, "arch");
  EXPECT_EQ(kernel->compiler, "gcc-15");
  EXPECT_TRUE(fs::exists(kernel->root / "usr/lib/modules/6.12.1-arch1-1/build/Makefile"));
  EXPECT_EQ(PackagedKernel(File(), options_)->identity, kernel->identity);
}

TEST_F(ArchPackage, WhatIsNoneIsRefusedAndLeavesNothing) {
  Pack({".PKGINFO"});
  EXPECT_EQ(PackagedKernel(File(), options_).error().blame, Blame::kInput) << "no headers";
  Pack({".PKGINFO", "usr"});
  fs::resize_file(File(), fs::file_size(File()) / 2);
  EXPECT_EQ(PackagedKernel(File(), options_).error().blame, Blame::kInput) << "cut short";
  std::ofstream(Here() / "outside") << "x";
  Pack({".PKGINFO", "usr", "--transform=s,^usr/src/linux$,usr/lib/modules/../../../../evil,"});
  EXPECT_EQ(PackagedKernel(File(), options_).error().blame, Blame::kInput) << "a path that leads out";
  std::ofstream(File()) << "no archive";
  EXPECT_EQ(PackagedKernel(File(), options_).error().blame, Blame::kInput);
  EXPECT_THAT(Left(), testing::IsEmpty());
  EXPECT_FALSE(fs::exists(Here() / "evil"));
}

TEST(PrivateApt, ReadsWhatAptShows) {
  const auto package = ParsePackage(
      "Package: linux-headers-6.12.107+deb13-amd64\nVersion: 6.12.107-1\n"
      "Depends: linux-base (>= 4.12~), linux-headers-6.12.107+deb13-common (= 6.12.107-1), "
      "linux-image-6.12.107+deb13-amd64 (= 6.12.107-1) | linux-image-6.12.107+deb13-amd64-unsigned, "
      "linux-kbuild-6.12.107+deb13, gcc-14\n\nPackage: other\n");
  ASSERT_TRUE(package);
  EXPECT_EQ(package->version, "6.12.107-1");
  EXPECT_THAT(package->depends,
              ElementsAre("linux-base", "linux-headers-6.12.107+deb13-common", "linux-image-6.12.107+deb13-amd64",
                          "linux-kbuild-6.12.107+deb13", "gcc-14"));
  EXPECT_FALSE(ParsePackage("N: nothing\n"));
}

TEST(BuildRoot, HasDkmsAndTheKernelsCompiler) {
  const SuiteSources sources{"trixie", {{"http://m.example/debian", "trixie", {"main"}, "", "debian"}}, "trixie"};
  const auto command = BuildRootCommand(sources, "gcc-14", {"pahole", "zstd"}, "/c/r.tar");
  EXPECT_THAT(command.argv, Contains(HasSubstr("--include=dkms,gcc-14,make,libc6-dev,pahole")));
  EXPECT_EQ(command.argv.back(), "deb [arch=amd64] http://m.example/debian trixie main");
}

}  // namespace
}  // namespace vfqual
