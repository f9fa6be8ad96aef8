#include "module/build/apt_source.h"

#include <gmock/gmock.h>

#include <fstream>

#include "harness/base/temporary_folder.h"
#include "module/build/release_series.h"

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(AptSource, ReadsLines) {
  const auto parsed = ParseAptSources(
      "# noble\ndeb [ arch=amd64,i386 signed-by=/k/ubuntu.gpg ] http://m.example/ubuntu/ noble main universe # here\n"
      "deb-src http://m.example/ubuntu noble main\n\n  deb\thttp://m.example/ubuntu noble-updates main\r\n",
      "a.list");
  EXPECT_THAT(parsed.refused, IsEmpty());
  EXPECT_THAT(
      parsed.sources,
      ElementsAre(AptSource{"http://m.example/ubuntu/", "noble", {"main", "universe"}, "/k/ubuntu.gpg", "ubuntu"},
                  AptSource{"http://m.example/ubuntu", "noble-updates", {"main"}, "", "ubuntu"}));
  EXPECT_EQ(parsed.sources.front().Line(),
            "deb [arch=amd64 signed-by=/k/ubuntu.gpg] http://m.example/ubuntu/ noble main universe");
}

// As Ubuntu 24.04's /etc/apt/sources.list.d/ubuntu.sources is written.
TEST(AptSource, ReadsDeb822) {
  const auto parsed = ParseAptSources(
      "# See http://help.example\n\nTypes: deb deb-src\nURIs: http://m.example/ubuntu\nSuites: noble noble-updates\n"
      "Components: main\n universe\nSigned-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg\n\n"
      "## Security\nTypes: deb\nURIs: http://s.example/ubuntu/\nSuites: noble-security\nComponents: main\n\n"
      "Types: deb\nEnabled: no\nURIs: http://off.example\nSuites: noble\nComponents: main\n",
      "ubuntu.sources");
  EXPECT_THAT(parsed.refused, IsEmpty());
  ASSERT_EQ(parsed.sources.size(), 3U);
  EXPECT_EQ(parsed.sources[1], (AptSource{"http://m.example/ubuntu",
                                          "noble-updates",
                                          {"main", "universe"},
                                          "/usr/share/keyrings/ubuntu-archive-keyring.gpg",
                                          "ubuntu"}));
  EXPECT_EQ(parsed.sources[2].suite, "noble-security");
}

TEST(AptSource, WhatCannotBeCheckedIsRefused) {
  const auto refused = [](const std::string& text) {
    const auto parsed = ParseAptSources(text, "x");
    EXPECT_THAT(parsed.sources, IsEmpty()) << text;
    return parsed.refused.empty() ? std::string() : parsed.refused.front();
  };
  EXPECT_THAT(refused("deb [trusted=yes] http://m.example/ubuntu noble main"), HasSubstr("'trusted' is set"));
  EXPECT_THAT(refused("deb [allow-insecure=yes] http://m.example/u noble main"), HasSubstr("'allow-insecure' is set"));
  EXPECT_THAT(refused("Types: deb\nURIs: http://m.example\nSuites: noble\nComponents: main\nTrusted: yes\n"),
              HasSubstr("x:1: 'trusted' is set"));
  EXPECT_THAT(refused("Types: deb\nURIs: http://m.example\nSuites: noble\nComponents: main\nSigned-By:\n"
                      " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQ==\n -----END PGP PUBLIC KEY BLOCK-----\n"),
              HasSubstr("put it into a file"));
  EXPECT_THAT(refused("deb [signed-by=$(id)] http://m.example/ubuntu noble main"), HasSubstr("is no file"));
  EXPECT_THAT(refused("deb http://m.example/flat ./"), HasSubstr("components are needed"));
  EXPECT_THAT(refused("deb http://m.example/\"x noble main"), HasSubstr("is no URI"));
  EXPECT_THAT(refused("deb http://m.example ../noble main"), HasSubstr("suite '../noble'"));
}

TEST(AptSource, AsUsersGiveIt) {
  const auto folder = TemporaryFolder::Make("apt-source").value();
  const auto file = folder.Path() / "noble.sources";
  const auto key = folder.Path() / "k.gpg";
  std::ofstream(file) << "Types: deb\nURIs: http://m.example/u\nSuites: noble\nComponents: main\nSigned-By: "
                      << key.string() << "\n";
  const auto missing_key = OpenAptSource(file.string());
  ASSERT_FALSE(missing_key);
  EXPECT_THAT(missing_key.error().what, HasSubstr("the key " + key.string()));
  std::ofstream(key) << "x";
  const auto opened = OpenAptSource(file.string());
  ASSERT_TRUE(opened) << opened.error().Message();
  EXPECT_EQ(opened->front().signed_by, key.string());
  for (const std::string wrong : {"http://m.example/ubuntu", "/nowhere.sources", "deb-src http://m.example noble main",
                                  "deb [trusted=yes] http://m.example noble main", "", "deb "}) {
    const auto refused = OpenAptSource(wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().blame, Blame::kInput) << wrong;
  }
  // Of an archive that nobody knows apt's own trust decides.
  EXPECT_EQ(OpenAptSource("deb http://m.example mine main").value().front().signed_by, "");
}

TEST(ReleaseSeries, ByTheNamesOfTheArchives) {
  EXPECT_EQ(BaseSuite("bookworm-backports"), "bookworm");
  EXPECT_FALSE(IsSuiteName("../x"));
  EXPECT_FALSE(IsSuiteName("-x"));
  EXPECT_EQ(DistributionOfSuite("trixie-backports"), "debian 13");
  EXPECT_EQ(DistributionOfSuite("sid"), "debian sid");
  EXPECT_EQ(DistributionOfSuite("noble-updates"), "ubuntu 24.04");
  EXPECT_EQ(DistributionOfSuite("questing"), "ubuntu 25.10");
  EXPECT_EQ(DistributionOfSuite("stranger-security"), "stranger");
}

}  // namespace
}  // namespace vfqual
