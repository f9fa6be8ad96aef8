#include "module/build/kernel_tree.h"

#include <gmock/gmock.h>

#include <fstream>

#include "harness/base/temporary_folder.h"
#include "module/build/build_root.h"
#include "module/build/private_apt.h"

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
