#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "harness/base/fake_host.h"
#include "harness/base/local_host.h"

namespace vfqual {
namespace {

class LocalHostTest : public testing::Test {
 protected:
  LocalHostTest() : folder_(std::filesystem::temp_directory_path() / ("vfqual-host-test-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~LocalHostTest() override { std::filesystem::remove_all(folder_); }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  LocalHost host_;
  std::filesystem::path folder_;
};

TEST_F(LocalHostTest, WritesAFileWholeWithItsMode) {
  ASSERT_TRUE(host_.WriteFile(Path("a/b/c"), "text\n", 0600));
  EXPECT_EQ(host_.Read(Path("a/b/c")).value(), "text\n");
  EXPECT_EQ(host_.ReadTrimmed(Path("a/b/c")).value(), "text");
  struct stat info {};
  ASSERT_EQ(stat(Path("a/b/c").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(host_.List(Path("a/b")).value(), std::vector<std::string>{"c"});
}

TEST_F(LocalHostTest, AttributesAreNeverCreated) {
  const auto written = host_.WriteAttribute(Path("none"), "1");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().sys_errno, ENOENT);
  EXPECT_FALSE(host_.Exists(Path("none")).value());
}

TEST_F(LocalHostTest, TheKernelsErrnoIsKept) {
  const auto written = host_.WriteAttribute("/proc/self/oom_score_adj", "99999");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().sys_errno, EINVAL);
}

TEST_F(LocalHostTest, ReadsAreBounded) {
  EXPECT_EQ(host_.ReadFile("/dev/zero", 100).value().size(), 100U);
}

TEST_F(LocalHostTest, RemovingWhatIsNotThereIsNoError) {
  EXPECT_TRUE(host_.Remove(Path("none")));
}

TEST(FakeHost, PlaysFilesCommandsAndErrors) {
  FakeHost host;
  host.SetFile("/sys/a/value", "1\n");
  host.FailPath("/sys/a/locked", EACCES);
  host.OnWrite("/sys/a/value", [&](const std::string& text) { host.SetFile("/sys/a/made", text); });
  Completed answer;
  answer.out = "6.12\n";
  host.Answer("uname -r", answer);

  EXPECT_EQ(host.ReadTrimmed("/sys/a/value").value(), "1");
  ASSERT_TRUE(host.WriteAttribute("/sys/a/value", "3"));
  EXPECT_EQ(host.Read("/sys/a/made").value(), "3");
  EXPECT_EQ(host.List("/sys/a").value(), (std::vector<std::string>{"made", "value"}));
  EXPECT_EQ(host.Read("/sys/a/locked").error().sys_errno, EACCES);
  Command uname;
  uname.argv = {"uname", "-r"};
  EXPECT_EQ(host.Run(uname).value().out, "6.12\n");
  Command other;
  other.argv = {"modprobe", "i915"};
  EXPECT_EQ(host.Run(other).error().sys_errno, ENOENT);
  EXPECT_EQ(host.Commands().size(), 2U);
}

}  // namespace
}  // namespace vfqual
