#include "harness/lab/opencl_cache_file.h"

#include <gtest/gtest.h>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

class OpenclCacheFileTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (folder_->Path() / name).string(); }
  std::filesystem::path Name() {
    return OpenclCacheFile(folder_->Path(), images_, Accelerator::kTcg, programs_).value();
  }
  void SetUp() override {
    for (const char* name : {"suite_compute", "suite_media"}) {
      ASSERT_TRUE(local_.WriteFile(Path(name), name, 0644));
      programs_.push_back({Path(name), name});
    }
    images_.guests["debian-13"].image.folder = "/cache/debian-13+6.12-0123";
  }

  LocalHost local_;
  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-opencl-cache-test");
  LabImages images_;
  std::vector<PayloadItem> programs_;
};

TEST_F(OpenclCacheFileTest, IsNamedByWhatTheKernelsComeFrom) {
  const auto name = Name();
  EXPECT_EQ(Name(), name);
  ASSERT_TRUE(local_.WriteFile(Path("suite_media"), "has no kernels", 0644));
  EXPECT_EQ(Name(), name);
  ASSERT_TRUE(local_.WriteFile(Path("suite_compute"), "another kernel", 0644));
  const auto with_other_program = Name();
  EXPECT_NE(with_other_program, name);
  images_.guests["debian-13"].image.folder = "/cache/debian-13+6.12-4567";
  EXPECT_NE(Name(), with_other_program);
}

TEST_F(OpenclCacheFileTest, IsMovedThereWhole) {
  const std::string file = Path("cache/opencl/x.tar.gz");
  EXPECT_TRUE(StoreOpenclCache(Path("kept.tar.gz"), file)) << "nothing was kept";
  EXPECT_FALSE(local_.Exists(file).value());
  ASSERT_TRUE(local_.WriteFile(Path("kept.tar.gz"), "kernels", 0644));
  ASSERT_TRUE(StoreOpenclCache(Path("kept.tar.gz"), file));
  EXPECT_EQ(local_.Read(file).value(), "kernels");
  EXPECT_FALSE(local_.Exists(Path("kept.tar.gz")).value()) << "it is no part of the run";
}

}  // namespace
}  // namespace vfqual
