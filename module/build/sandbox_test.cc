#include "module/build/sandbox.h"

#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::string Call(const KernelTree& kernel, const SandboxPlaces& places) {
  return fmt::format("{}", fmt::join(SandboxedDkmsBuild(kernel, places, "m", "1.0", 2), " "));
}

TEST(Sandbox, OnlyTheBuildsOwnFolderCanBeWritten) {
  const auto folder = TemporaryFolder::Make("sandbox").value();
  const auto root = folder.Path();
  fs::create_directories(root / "usr/src/linux-headers-6.1.0-56-amd64");
  fs::create_directories(root / "usr/lib/linux-kbuild-6.1");
  KernelTree kernel;
  kernel.release = "6.1.0-56-amd64";
  kernel.root = root;
  const auto call = Call(kernel, {"/roots/bookworm", "/sources/abc", "/work/1", "/cache/ccache"});
  EXPECT_THAT(call, HasSubstr("--ro-bind /roots/bookworm / "));
  EXPECT_THAT(call, HasSubstr("--unshare-net"));
  EXPECT_THAT(call, HasSubstr("--ro-bind " + root.string() + "/usr/lib/linux-kbuild-6.1 /usr/lib/linux-kbuild-6.1"));
  EXPECT_THAT(call, HasSubstr("--ro-bind /sources/abc /tmp/vfqual/src/m-1.0"));
  EXPECT_THAT(call, HasSubstr("--bind /work/1 /tmp/vfqual/work"));
  EXPECT_THAT(call, HasSubstr("dkms --dkmstree /tmp/vfqual/work/tree --sourcetree /tmp/vfqual/src build -m m -v 1.0 "
                              "-k 6.1.0-56-amd64 -a x86_64 -j 2"));
}

TEST(Sandbox, WithoutCcacheTheCompilerIsCalledItself) {
  KernelTree kernel;
  kernel.release = "7.3.4";
  EXPECT_THAT(Call(kernel, {"/", "/s", "/w", {}}), Not(HasSubstr("ccache")));
}

TEST(Sandbox, AFolderGivenAsKernelIsLinkedAsItsBuild) {
  KernelTree kernel;
  kernel.release = "7.3.4-mine";
  kernel.folder = "/home/me/linux";
  EXPECT_THAT(Call(kernel, {"/", "/s", "/w", {}}),
              HasSubstr("--tmpfs /usr/lib/modules --symlink /home/me/linux /usr/lib/modules/7.3.4-mine/build"));
}

}  // namespace
}  // namespace vfqual
