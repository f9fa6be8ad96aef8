#include "harness/base/file_lock.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

namespace vfqual {
namespace {

class FileLockTest : public testing::Test {
 protected:
  ~FileLockTest() override { std::filesystem::remove(file_); }
  const std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("vfqual-lock-" + std::to_string(getpid()));
};

TEST_F(FileLockTest, SecondHolderWaitsUntilTheFirstLetsGo) {
  std::atomic<bool> done = false;
  std::jthread second;
  {
    const auto first = FileLock::Take(file_, {}, {});
    ASSERT_TRUE(first.has_value());
    std::atomic<bool> waiting = false;
    second = std::jthread([&] {
      EXPECT_TRUE(FileLock::Take(file_, [&] { waiting = true; }, {}).has_value());
      done = true;
    });
    while (!waiting) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_FALSE(done);
  }
  second.join();
  EXPECT_TRUE(done);
}

TEST_F(FileLockTest, WaitingCanBeCancelled) {
  const auto first = FileLock::Take(file_, {}, {});
  const auto second = FileLock::Take(file_, {}, [] { return true; });
  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error().what, testing::HasSubstr("cancelled"));
}

TEST_F(FileLockTest, FolderThatIsNotThereIsAnError) {
  EXPECT_EQ(FileLock::Take(file_ / "none", {}, {}).error().sys_errno, ENOENT);
}

}  // namespace
}  // namespace vfqual
