// testdata/NAME: `case.json` (what is asked for, what it shows), `in` (the host's files), `out` (what they become).
// Each case is configured, configured again (nothing to change), and undone (the files of `in`, byte for byte).
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "module/host_config/configure.h"
#include "module/host_config/testing_host.h"

namespace vfqual::host_config {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

const fs::path kTestData = fs::path(VFQUAL_SOURCE_DIR) / "module/host_config/testdata";

std::string Slurp(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

Files Tree(const fs::path& folder) {
  Files files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files["/" + fs::relative(entry.path(), folder).string()] = Slurp(entry.path());
  }
  return files;
}

std::vector<std::string> CaseNames() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kTestData)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

class GoldenTest : public testing::TestWithParam<std::string> {
 protected:
  GoldenTest() : folder_(kTestData / GetParam()), case_(nlohmann::json::parse(Slurp(folder_ / "case.json"))) {
    AnswerFileTools(host_);
    for (const auto& [path, text] : Tree(folder_ / "in")) host_.SetFile(path, text);
    const std::vector<std::string> usual = {"/usr/sbin/update-grub", "/usr/sbin/update-initramfs"};
    for (const auto& path : case_.value("present", usual)) {
      if (!host_.Exists(path).value()) host_.SetFile(path, "");
    }
    request_ = TestRequest();
    const auto asked = case_.value("request", nlohmann::json::object());
    request_.driver = asked.value("driver", request_.driver);
    request_.vfs = asked.value("vfs", request_.vfs);
    request_.keep_vfs_from_host = asked.value("keep_vfs_from_host", false);
    if (asked.contains("method")) {
      request_.method = asked["method"].is_null() ? std::nullopt : std::optional(ParseMethod(asked["method"]).value());
    }
    if (asked.contains("vfs_at_boot")) {
      request_.vfs_at_boot =
          asked["vfs_at_boot"].is_null() ? std::nullopt : std::optional(ParseVfsAtBoot(asked["vfs_at_boot"]).value());
    }
  }

  void ExpectFiles(const Files& expected, const char* when) {
    for (const auto& [path, text] : expected)
      EXPECT_EQ(host_.Read(path).value_or("(not there)"), text) << when << ": " << path;
    for (const auto& [path, text] : Tree(folder_ / "out")) {
      if (expected.contains(path)) continue;
      EXPECT_FALSE(host_.Exists(path).value()) << when << ": " << path;
    }
  }

  fs::path folder_;
  nlohmann::json case_;
  FakeHost host_;
  ConfigRequest request_;
};

TEST_P(GoldenTest, IsConfiguredOnceAndUndone) {
  const auto prepared = PrepareConfig(host_, request_);
  if (case_.contains("refused")) {
    ASSERT_FALSE(prepared) << "not refused";
    EXPECT_EQ(prepared.error().blame, Blame::kInput);
    EXPECT_THAT(prepared.error().Message(), testing::HasSubstr(case_["refused"].get<std::string>()));
    EXPECT_FALSE(prepared.error().fix.empty());
    EXPECT_TRUE(host_.Writes().empty());
    return;
  }
  ASSERT_TRUE(prepared) << prepared.error().Message();
  EXPECT_TRUE(host_.Writes().empty()) << "preparing wrote something";
  const auto in = Tree(folder_ / "in");
  const auto out = Tree(folder_ / "out");
  ASSERT_FALSE(out.empty()) << "no expected files";
  EXPECT_EQ(prepared->NothingToDo(), in == out);
  if (case_.contains("commands")) {
    std::vector<std::string> commands;
    for (const auto& argv : prepared->commands) commands.push_back(fmt::format("{}", fmt::join(argv, " ")));
    EXPECT_EQ(commands, case_["commands"].get<std::vector<std::string>>());
  }
  if (!prepared->NothingToDo()) {
    const auto applied = ApplyConfig(host_, *prepared, [](const std::string&) {});
    ASSERT_TRUE(applied) << applied.error().Message();
  }
  ExpectFiles(out, "configured");

  const auto again = PrepareConfig(host_, request_);
  ASSERT_TRUE(again) << again.error().Message();
  EXPECT_TRUE(again->NothingToDo()) << DiffOf(*again).value_or("?");

  const auto undo = PrepareConfig(host_, std::nullopt);
  ASSERT_TRUE(undo) << undo.error().Message();
  if (!undo->NothingToDo()) {
    ASSERT_TRUE(ApplyConfig(host_, *undo, [](const std::string&) {}));
  }
  ExpectFiles(in, "undone");
  EXPECT_FALSE(host_.Exists(kStateFolder).value()) << "backups were left behind";
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenTest, testing::ValuesIn(CaseNames()), [](const auto& test) {
  std::string name = test.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace vfqual::host_config
