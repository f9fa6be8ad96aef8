#include "harness/run/await_programs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

using std::chrono::milliseconds;

class AwaitProgramsTest : public testing::Test {
 protected:
  std::string Folder() const { return (folder_->Path() / "bin").string(); }

  LocalHost host_;
  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-await-test");
  int waits_ = 0;
  AwaitProgramsOptions options_{milliseconds(1), std::chrono::seconds(20), [] { return false; }, [this] { ++waits_; }};
};

TEST_F(AwaitProgramsTest, DoesNotWaitForWhatIsThere) {
  std::filesystem::create_directory(Folder());
  EXPECT_TRUE(AwaitPrograms(host_, Folder(), options_));
  EXPECT_EQ(waits_, 0);
}

TEST_F(AwaitProgramsTest, WaitsUntilTheFolderAppears) {
  const std::jthread later([this] {
    std::this_thread::sleep_for(milliseconds(30));
    std::filesystem::create_directory(Folder());
  });
  EXPECT_TRUE(AwaitPrograms(host_, Folder(), options_));
  EXPECT_EQ(waits_, 1) << "told once, however long it takes";
}

TEST_F(AwaitProgramsTest, EndsWhenTimeIsUpOrItIsCancelled) {
  options_.at_most = milliseconds(5);
  EXPECT_FALSE(AwaitPrograms(host_, Folder(), options_));
  options_.at_most = std::chrono::hours(1);
  options_.cancelled = [] { return true; };
  EXPECT_FALSE(AwaitPrograms(host_, Folder(), options_));
}

}  // namespace
}  // namespace vfqual
