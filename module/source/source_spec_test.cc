#include "module/source/source_spec.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

namespace fs = std::filesystem;

class SourceSpecTest : public testing::Test {
 protected:
  SourceSpecTest() {
    fs::create_directories(folder_.Path() / "repo");
    fs::create_directories(folder_.Path() / "odd#name");
    std::ofstream(folder_.Path() / "x.tar.gz") << "x";
  }
  std::string At(const std::string& name) const { return (folder_.Path() / name).string(); }
  TemporaryFolder folder_ = TemporaryFolder::Make("spec").value();
};

TEST_F(SourceSpecTest, TellsTheKindsApart) {
  EXPECT_EQ(ParseSourceSpec(At("repo"), "")->kind, SourceKind::kFolder);
  EXPECT_EQ(ParseSourceSpec(At("x.tar.gz"), "")->kind, SourceKind::kTarball);
  EXPECT_EQ(ParseSourceSpec("dkms:lab-gpu/0.1.0", "")->kind, SourceKind::kDkms);
  const auto git = ParseSourceSpec(At("repo") + "#v1.2", "");
  ASSERT_TRUE(git);
  EXPECT_EQ(git->kind, SourceKind::kGit);
  EXPECT_EQ(git->place, At("repo"));
  EXPECT_EQ(git->revision, "v1.2");
  EXPECT_EQ(ParseSourceSpec(At("repo"), "main")->revision, "main");
  for (const char* url : {"https://h.example/m.git", "ssh://h.example/m", "git@h.example:m.git"}) {
    EXPECT_EQ(ParseSourceSpec(url, "")->kind, SourceKind::kGit) << url;
  }
  EXPECT_EQ(ParseSourceSpec("https://h.example/m.git#2026.03", "")->revision, "2026.03");
}

TEST_F(SourceSpecTest, AFolderWithAHashInItsNameIsAFolder) {
  EXPECT_EQ(ParseSourceSpec(At("odd#name"), "")->kind, SourceKind::kFolder);
}

TEST_F(SourceSpecTest, WhatGitWouldTakeForAnOptionOrAProgramIsRefused) {
  for (const std::string& bad :
       {At("repo") + "#--upload-pack=touch /tmp/x", At("repo") + "#a..b", At("repo") + "#", At("repo") + "#a b",
        std::string("ext::sh -c touch"), std::string("--upload-pack=x"), std::string("fd::17"), std::string(),
        std::string("dkms:../x/1"), std::string("dkms:x"), At("nowhere"), At("x.tar.gz") + "#v1"}) {
    const auto parsed = ParseSourceSpec(bad, "");
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().blame, Blame::kInput) << bad;
  }
  EXPECT_FALSE(ParseSourceSpec(At("repo") + "#v1", "v2"));
}

}  // namespace
}  // namespace vfqual
