#include "harness/base/tar_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// One ustar member with a right checksum.
std::string Member(const std::string& name, char type, const std::string& content, const std::string& link = {}) {
  std::string header(512, '\0');
  const auto put = [&header](std::size_t offset, const std::string& text) {
    header.replace(offset, text.size(), text);
  };
  put(0, name);
  put(100, "0000777");
  put(124, fmt::format("{:011o}", content.size()));
  put(148, "        ");
  header[156] = type;
  put(157, link);
  put(257, "ustar");
  put(263, "00");
  unsigned sum = 0;
  for (const char letter : header) sum += static_cast<unsigned char>(letter);
  put(148, fmt::format("{:06o}", sum) + std::string(1, '\0'));
  return header + content + std::string((512 - content.size() % 512) % 512, '\0');
}

std::string End() {
  return std::string(1024, '\0');
}

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

class TarReaderTest : public testing::Test {
 protected:
  std::filesystem::path Inside(const char* name) const { return parent_->Path() / "in" / name; }
  TarReader Reader(const FetchLimits& limits = {}) const { return {parent_->Path() / "in", limits}; }

  Result<TemporaryFolder> parent_ = TemporaryFolder::Make("vfqual-tar-test");
};

TEST_F(TarReaderTest, UnpacksFilesHoweverTheStreamIsCut) {
  const std::string content(1300, 'x');
  const std::string stream =
      Member("./", '5', "") + Member("./logs/a", '0', content) + Member("./empty", '0', "") + End();
  for (const std::size_t step : {1U, 511U, 512U, 100000U}) {
    std::filesystem::remove_all(parent_->Path() / "in");
    auto reader = Reader();
    for (std::size_t at = 0; at < stream.size(); at += step) {
      ASSERT_TRUE(reader.Feed(std::string_view(stream).substr(at, step)));
    }
    ASSERT_TRUE(reader.Finish());
    EXPECT_EQ(Slurp(Inside("logs/a")), content);
    EXPECT_TRUE(std::filesystem::is_regular_file(Inside("empty")));
    EXPECT_EQ(std::filesystem::status(Inside("empty")).permissions(), std::filesystem::perms{0644});
    EXPECT_TRUE(reader.LeftOut().empty());
  }
}

TEST_F(TarReaderTest, LeavesOutWhatCouldEscape) {
  auto reader = Reader();
  ASSERT_TRUE(reader.Feed(Member("../evil", '0', "x") + Member("/abs", '0', "x") + Member("a/../../up", '0', "x") +
                          Member("link", '2', "", "/etc") + Member("link/passwd", '0', "x") + Member("dev", '3', "") +
                          Member("hard", '1', "", "/etc/passwd") + Member("bell\a", '0', "x") +
                          Member("good", '0', "y") + End()));
  ASSERT_TRUE(reader.Finish());
  EXPECT_FALSE(std::filesystem::exists(parent_->Path() / "evil"));
  EXPECT_FALSE(std::filesystem::exists(parent_->Path() / "up"));
  EXPECT_TRUE(std::filesystem::is_directory(std::filesystem::symlink_status(Inside("link"))));
  EXPECT_EQ(Slurp(Inside("good")), "y");
  EXPECT_THAT(reader.LeftOut(),
              ElementsAre("../evil: '..' in its path", "/abs: an absolute path", "a/../../up: '..' in its path",
                          "link: not a file or folder", "dev: not a file or folder", "hard: not a file or folder",
                          "bell?: a control character in its name"));
}

TEST_F(TarReaderTest, NeverWritesThroughALinkThatWasThere) {
  std::filesystem::create_directories(parent_->Path() / "in");
  std::filesystem::create_symlink(parent_->Path() / "victim", Inside("report.json"));
  auto reader = Reader();
  EXPECT_FALSE(reader.Feed(Member("report.json", '0', "x") + End()));
  EXPECT_FALSE(std::filesystem::exists(parent_->Path() / "victim"));
}

TEST_F(TarReaderTest, HoldsTheLimits) {
  auto bytes = Reader({.total_bytes = 1000, .file_count = 10});
  EXPECT_FALSE(bytes.Feed(Member("a", '0', std::string(900, 'x')) + Member("b", '0', std::string(101, 'x')) + End()));
  EXPECT_TRUE(bytes.Failed());
  EXPECT_FALSE(bytes.Finish());

  auto files = Reader({.total_bytes = 1000, .file_count = 2});
  const auto fed = files.Feed(Member("c", '0', "") + Member("d", '0', "") + Member("e", '0', "") + End());
  ASSERT_FALSE(fed);
  EXPECT_THAT(fed.error().what, HasSubstr("more than 2 files"));
}

TEST_F(TarReaderTest, TellsWhatIsNoTarAndWhatIsCutShort) {
  auto text = Reader();
  EXPECT_FALSE(text.Feed(std::string(512, 'x')));
  auto cut = Reader();
  ASSERT_TRUE(cut.Feed(Member("a", '0', "0123456789").substr(0, 515)));
  EXPECT_FALSE(cut.Finish());
  auto changed = Reader();
  std::string member = Member("a", '0', "x");
  member[0] = 'b';
  EXPECT_FALSE(changed.Feed(member));
}

}  // namespace
}  // namespace vfqual
