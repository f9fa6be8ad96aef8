#include "harness/guest/payload_disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/base/fake_host.h"
#include "harness/base/local_host.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

class PayloadDisk : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Make(const std::string& name, const std::string& content) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  static std::string Content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static Completed Run(std::vector<std::string> argv) {
    Command command;
    command.argv = std::move(argv);
    command.max_output_bytes = std::size_t{8} << 20U;
    return RunProcess(command).value();
  }
  static std::string Debugfs(const std::string& image, const std::string& request) {
    return Run({"debugfs", "-R", request, image}).out;
  }

  std::string folder_ = testing::TempDir() + "payload-" + testing::UnitTest::GetInstance()->current_test_info()->name();
  std::string image_ = folder_ + "/payload.img";
  LocalHost host_;
};

TEST_F(PayloadDisk, HoldsTheFilesWithTheirModes) {
  const std::string program = Make("program", std::string(3'000'000, 'p'));
  std::filesystem::permissions(program, std::filesystem::perms(0755));
  const auto made = MakePayloadDisk(host_, {{program, "bin/suite"}, {Make("a", "hello"), "data/x/a.txt"}}, image_);
  ASSERT_TRUE(made) << made.error().Message();
  EXPECT_EQ(Debugfs(image_, "cat /data/x/a.txt"), "hello");
  EXPECT_EQ(Debugfs(image_, "cat /bin/suite").size(), 3'000'000U);
  EXPECT_THAT(Debugfs(image_, "stat /bin/suite"), HasSubstr("Mode:  0755"));
  EXPECT_THAT(Debugfs(image_, "stat /bin/suite"), HasSubstr("User:     0   Group:     0"));
  EXPECT_THAT(Debugfs(image_, "show_super_stats -h"), HasSubstr("Filesystem volume name:   VFQUAL\n"));
  EXPECT_EQ(Run({"e2fsck", "-fn", image_}).exit_code, 0);
  EXPECT_EQ(std::filesystem::status(image_).permissions(), std::filesystem::perms(0644));
  EXPECT_FALSE(std::filesystem::exists(image_ + ".staging"));
  EXPECT_FALSE(std::filesystem::exists(image_ + ".unfinished"));
}

TEST_F(PayloadDisk, TheSameFilesGiveTheSameBytes) {
  const std::vector<PayloadFile> files = {{Make("a", "1"), "a"}, {Make("b", "2"), "d/b"}, {Make("c", "3"), "d/c"}};
  ASSERT_TRUE(MakePayloadDisk(host_, files, image_));
  const std::string first = Content(image_);
  std::filesystem::last_write_time(folder_ + "/a",
                                   std::filesystem::file_time_type::clock::now() - std::chrono::hours(9));
  ASSERT_TRUE(MakePayloadDisk(host_, {files[2], files[0], files[1]}, image_));
  EXPECT_TRUE(Content(image_) == first);
}

TEST_F(PayloadDisk, ManySmallFilesFit) {
  std::vector<PayloadFile> files;
  for (int i = 0; i < 80; ++i) {
    const std::string name = std::to_string(i);
    files.push_back({Make(name, name), "d" + name + "/f" + name});
  }
  const auto made = MakePayloadDisk(host_, files, image_);
  ASSERT_TRUE(made) << made.error().Message();
  EXPECT_EQ(Debugfs(image_, "cat /d79/f79"), "79");
}

TEST_F(PayloadDisk, BadNamesAreRefusedBeforeAnythingIsDone) {
  FakeHost host;
  for (const char* name : {"", "/a", "a/", "a//b", "../a", "a/../b", ".", "a b", "a\nb", "a;b", "\"a"}) {
    const auto made = MakePayloadDisk(host, {{"/x", name}}, "/i");
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().blame, Blame::kInput);
  }
  EXPECT_FALSE(MakePayloadDisk(host, {}, "/i"));
  EXPECT_FALSE(MakePayloadDisk(host, {{"/x", "a"}, {"/y", "a"}}, "/i"));
  EXPECT_TRUE(host.Commands().empty());
}

TEST_F(PayloadDisk, AMissingFileIsAnErrorThatNamesItAndAnOldImageStays) {
  Make("payload.img", "old");
  const auto made = MakePayloadDisk(host_, {{folder_ + "/none", "none"}}, image_);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().Message(), HasSubstr("/none"));
  EXPECT_EQ(Content(image_), "old");
}

}  // namespace
}  // namespace vfqual
