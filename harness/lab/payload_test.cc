#include "harness/lab/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

class PayloadTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& content, unsigned mode) {
    ASSERT_TRUE(local_.WriteFile((folder_->Path() / name).string(), content, mode));
  }
  // What debugfs says of the disk.
  std::string Debugfs(const std::string& request) {
    Command command;
    command.argv = {"debugfs", "-R", request, (folder_->Path() / "disk.img").string()};
    return local_.Run(command)->out;
  }
  LocalHost local_;
  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-payload-test");
};

TEST_F(PayloadTest, TakesTheProgramsBesideVfqual) {
  for (const char* name : {"vfqual", "suite_host", "bench_opencl", "other", "libsuite.so"}) Write(name, "x", 0755);
  const auto items = PayloadPrograms(folder_->Path());
  ASSERT_TRUE(items);
  std::vector<std::string> names;
  for (const auto& item : *items) names.push_back(item.name.string());
  EXPECT_THAT(names, testing::ElementsAre("bin/bench_opencl", "bin/suite_host", "bin/vfqual"));
}

TEST_F(PayloadTest, ThereMustBeAVfqual) {
  Write("suite_host", "x", 0755);
  EXPECT_FALSE(PayloadPrograms(folder_->Path()));
  EXPECT_FALSE(PayloadPrograms(folder_->Path() / "none"));
}

TEST_F(PayloadTest, TheDiskHoldsFilesFoldersAndModes) {
  Write("tool", std::string(3'000'000, 't'), 0755);
  Write("module/src/a b.c", "int a;\n", 0644);
  Write("module/.git/config", "x", 0644);
  std::filesystem::create_symlink("a b.c", folder_->Path() / "module/src/link.c");
  const auto made =
      MakeLabPayload(local_, {{folder_->Path() / "tool", "bin/tool"}, {folder_->Path() / "module", "module/mine"}},
                     folder_->Path() / "disk.img");
  ASSERT_TRUE(made) << made.error().Message();
  EXPECT_THAT(Debugfs("stat bin/tool"), HasSubstr("Mode:  0755"));
  EXPECT_THAT(Debugfs("stat bin/tool"), HasSubstr("Size: 3000000"));
  EXPECT_THAT(Debugfs("cat \"module/mine/src/a b.c\""), HasSubstr("int a;"));
  EXPECT_THAT(Debugfs("cat module/mine/src/link.c"), HasSubstr("int a;"));
  EXPECT_THAT(Debugfs("ls module/mine"), testing::Not(HasSubstr(".git")));
}

TEST_F(PayloadTest, AMissingFileIsNamed) {
  const auto made = MakeLabPayload(local_, {{"/no/such/file", "x"}}, folder_->Path() / "disk.img");
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().what, HasSubstr("/no/such/file"));
}

}  // namespace
}  // namespace vfqual
