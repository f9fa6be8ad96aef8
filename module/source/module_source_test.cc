#include "module/source/module_source.h"

#include <gmock/gmock.h>
#include <sys/mount.h>

#include "harness/base/temporary_folder.h"
#include "module/source/fingerprint.h"
#include "module/source/testing_archives.h"

namespace vfqual {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_archives::MakeModule;
using testing_archives::RunTool;

class ModuleSourceTest : public testing::Test {
 protected:
  ModuleSourceTest() { module_ = MakeModule(Here()); }
  fs::path Here() const { return folder_.Path(); }
  Result<ModuleSource> Open(const std::string& spec, const std::string& revision = "") {
    OpenSourceOptions options;
    options.cache = Here() / "cache";
    options.revision = revision;
    options.dkms_tree = (Here() / "dkms").string();
    return OpenModuleSource(spec, options);
  }
  // What the cache holds of sources; of a failed opening nothing may be left.
  std::size_t Kept() const {
    std::error_code error;
    const fs::directory_iterator it(Here() / "cache/module-sources", error);
    return static_cast<std::size_t>(std::distance(fs::begin(it), fs::end(it)));
  }
  TemporaryFolder folder_ = TemporaryFolder::Make("source").value();
  fs::path module_;
};

TEST_F(ModuleSourceTest, OneReleaseHasOneFingerprintInEveryForm) {
  const auto folder = Open(module_.string());
  ASSERT_TRUE(folder) << folder.error().Message();
  EXPECT_EQ(folder->kind, SourceKind::kFolder);
  EXPECT_EQ(folder->Id(), "m/1.0");
  EXPECT_EQ(folder->fingerprint.size(), 64U);

  RunTool(Here(), {"tar", "--zstd", "-cf", "m.tar.zst", "m-1.0"});
  fs::create_directories(Here() / "root/usr/src");
  fs::copy(module_, Here() / "root/usr/src/m-1.0", fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  testing_archives::MakeDeb(Here(), Here() / "root", Here() / "m.deb");
  fs::create_directories(Here() / "dkms/m/1.0");
  fs::create_symlink(module_, Here() / "dkms/m/1.0/source");
  RunTool(module_, {"git", "init", "-q", "."});
  RunTool(module_, {"git", "add", "."});
  RunTool(module_, {"git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"});
  RunTool(module_, {"git", "tag", "v1"});
  for (const auto& [spec, kind] :
       {std::pair{Here() / "m.tar.zst", SourceKind::kTarball}, std::pair{Here() / "m.deb", SourceKind::kDeb},
        std::pair{module_, SourceKind::kFolder}, std::pair{fs::path(module_.string() + "#v1"), SourceKind::kGit},
        std::pair{fs::path("dkms:m/1.0"), SourceKind::kDkms}}) {
    const auto other = Open(spec.string());
    ASSERT_TRUE(other) << spec << ": " << other.error().Message();
    EXPECT_EQ(other->kind, kind) << spec;
    EXPECT_EQ(other->fingerprint, folder->fingerprint) << spec;
    EXPECT_EQ(other->folder, folder->folder) << spec;
  }
  EXPECT_EQ(Kept(), 1U);
}

TEST_F(ModuleSourceTest, GitTakesCommitsTagsAndBranchesAndRunsNoHook) {
  RunTool(module_, {"git", "init", "-q", "-b", "main", "."});
  std::ofstream(module_ / ".git/hooks/post-checkout") << "#!/bin/sh\ntouch " << (Here() / "hooked").string() << "\n";
  fs::permissions(module_ / ".git/hooks/post-checkout", fs::perms::owner_all);
  RunTool(module_, {"git", "add", "."});
  RunTool(module_, {"git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"});
  const auto first = Open(module_.string(), "main");
  ASSERT_TRUE(first) << first.error().Message();
  EXPECT_EQ(first->revision.size(), 40U);
  std::ofstream(module_ / "src/m.c") << "int changed;\n";
  RunTool(module_, {"git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qam", "y"});
  const auto second = Open(module_.string() + "#main");
  ASSERT_TRUE(second);
  EXPECT_NE(second->fingerprint, first->fingerprint);
  const auto by_short_id = Open(module_.string() + "#" + first->revision.substr(0, 10));
  ASSERT_TRUE(by_short_id) << by_short_id.error().Message();
  EXPECT_EQ(by_short_id->fingerprint, first->fingerprint);
  EXPECT_FALSE(fs::exists(Here() / "hooked"));
  const auto missing = Open(module_.string() + "#no-such-tag");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().blame, Blame::kInput);
}

TEST_F(ModuleSourceTest, AChangeOfContentOrModeIsAnotherFingerprint) {
  const auto before = FingerprintTree(module_);
  fs::permissions(module_ / "configure", fs::perms::owner_exec, fs::perm_options::remove);
  const auto mode = FingerprintTree(module_);
  EXPECT_NE(*before, *mode);
  std::ofstream(module_ / "src/m.c", std::ios::app) << " ";
  EXPECT_NE(*FingerprintTree(module_), *mode);
}

TEST_F(ModuleSourceTest, AKeptSourceThatSomebodyChangedIsReplaced) {
  const auto first = Open(module_.string());
  ASSERT_TRUE(first);
  std::ofstream(first->folder / "src/m.c") << "changed";
  const auto again = Open(module_.string());
  ASSERT_TRUE(again);
  EXPECT_EQ(FingerprintTree(again->folder).value_or(""), first->fingerprint);
}

TEST_F(ModuleSourceTest, WithoutADkmsConfNothingIsLeftBehind) {
  fs::remove(module_ / "dkms.conf");
  const auto refused = Open(module_.string());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().blame, Blame::kInput);
  EXPECT_THAT(refused.error().what, HasSubstr("no dkms.conf"));
  EXPECT_EQ(Kept(), 0U);
}

TEST_F(ModuleSourceTest, OfSeveralModulesOneMustBeNamed) {
  MakeModule(Here() / "all", "a-1");
  MakeModule(Here() / "all", "b-1");
  EXPECT_THAT(Open((Here() / "all").string()).error().what, HasSubstr("several modules"));
}

TEST_F(ModuleSourceTest, AFullDiskIsNotTheUsersFaultAndNothingStays) {
  fs::create_directories(Here() / "cache");
  if (mount("tmpfs", (Here() / "cache").c_str(), "tmpfs", 0, "size=256k") != 0) GTEST_SKIP() << "needs root to mount";
  {
    std::ofstream big(module_ / "big");
    big << std::string(std::size_t{1} << 20U, 'x');
  }
  const auto failed = Open(module_.string());
  const auto kept = Kept();
  umount((Here() / "cache").c_str());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().blame, Blame::kHarness);
  EXPECT_EQ(failed.error().sys_errno, ENOSPC);
  EXPECT_EQ(kept, 0U);
}

}  // namespace
}  // namespace vfqual
