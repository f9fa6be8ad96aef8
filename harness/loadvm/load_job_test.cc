#include "harness/loadvm/load_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "harness/loadvm/load_initramfs.h"
#include "harness/loadvm/load_kernel.h"
#include "harness/loadvm/load_machine.h"

namespace vfqual {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

LoadJob Job() {
  LoadJob job;
  job.kernel.release = "6.1.0-50-amd64";
  job.modules = {{"i915", "/b/i915.ko", {{"max_vfs", "7"}}}};
  return job;
}

TEST(LoadJob, OnlyPlainWordsReachModprobe) {
  EXPECT_TRUE(CheckLoadJob(Job()));
  EXPECT_EQ(
      LoadJobJson(Job()),
      "{\"kernel_modules\":[],\"efi_variables\":[],\"tell_files\":[],\"modules\":[{\"name\":\"i915\",\"parameters\":{"
      "\"max_vfs\":\"7\"}}]}\n");
  auto job = Job();
  for (const char* bad : {"", "-r", "../x", "a b", "x;y"}) {
    job.modules[0].name = bad;
    EXPECT_FALSE(CheckLoadJob(job)) << bad;
  }
  job = Job();
  for (const char* bad : {"a b", "x\ny", "\"", "\x1b"}) {
    job.modules[0].parameters["max_vfs"] = bad;
    const auto checked = CheckLoadJob(job);
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().blame, Blame::kInput);
  }
  job = Job();
  job.kernel_modules = {"-r"};
  EXPECT_FALSE(CheckLoadJob(job));
  job = Job();
  job.modules.clear();
  EXPECT_FALSE(CheckLoadJob(job));
}

TEST(LoadKernel, IsFoundInBothPlaces) {
  const auto folder = TemporaryFolder::Make("vfqual-tree");
  LocalHost local;
  const auto root = folder->Path();
  EXPECT_THAT(FindLoadKernel(root, "6.1").error().what, HasSubstr("no modules of 6.1"));
  ASSERT_TRUE(local.WriteFile((root / "lib/modules/6.1/kernel/drm/i915.ko").string(), "", 0644));
  EXPECT_THAT(FindLoadKernel(root, "6.1").error().what, HasSubstr("no kernel image"));
  ASSERT_TRUE(local.WriteFile((root / "boot/vmlinuz-6.1").string(), "", 0644));
  EXPECT_EQ(FindLoadKernel(root, "6.1")->vmlinuz, root / "boot/vmlinuz-6.1");
  ASSERT_TRUE(local.WriteFile((root / "usr/lib/modules/7.3/kernel/drm/drm-kms.ko.xz").string(), "", 0644));
  ASSERT_TRUE(local.WriteFile((root / "usr/lib/modules/7.3/vmlinuz").string(), "", 0644));
  const auto tree = FindLoadKernel(root, "7.3");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->vmlinuz, tree->modules / "vmlinuz");
  const auto index = IndexModules(*tree);
  ASSERT_TRUE(index);
  EXPECT_THAT(index->at("drm_kms"), ElementsAre("kernel/drm/drm-kms.ko.xz"));
}

TEST(LoadInitramfs, KmodsLibrariesAreRead) {
  EXPECT_THAT(LibrariesOfLdd("\tlinux-vdso.so.1 (0x00007ffe)\n\tlibz.so.1 => /lib/x/libz.so.1 (0x00007f)\n"
                             "\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n"),
              ElementsAre("/lib/x/libz.so.1", "/lib64/ld-linux-x86-64.so.2"));
}

TEST(LoadMachine, HasNeitherDiskNorNetwork) {
  LoadMachineSpec spec;
  spec.kernel = "/k/vmlinux";
  spec.initramfs = "/s/initramfs.cpio";
  spec.report = "/r/report";
  const auto argv = LoadMachineArgv(spec);
  EXPECT_THAT(argv, Contains("-nodefaults"));
  EXPECT_THAT(argv, Contains("file:/r/report"));
  EXPECT_THAT(argv, testing::Not(Contains("-netdev")));
  EXPECT_THAT(argv, testing::Not(Contains("-drive")));
}

}  // namespace
}  // namespace vfqual
