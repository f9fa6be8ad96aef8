#include "vmimages/apt_sources.h"

#include <gmock/gmock.h>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ImageDefinition Definition(std::vector<std::string> suites) {
  ImageDefinition definition;
  definition.suites = std::move(suites);
  definition.components = {"main", "contrib"};
  return definition;
}

KernelSource KernelOf(std::string suite) {
  return {.package = "linux-image-amd64", .headers = "", .suite = std::move(suite), .command_line_emulated = {}};
}

TEST(DebianArchive, TakesDebiansOwnIndexesOnly) {
  const auto archive = ParseIndexTargets(
      "nodistro|https://other.example/x\nDebian-Security|http://s.example/sec\n"
      "Debian|http://m.example/debian\nDebian|http://second.example/debian\n|\nx\n");
  EXPECT_EQ(archive.main, "http://m.example/debian");
  EXPECT_EQ(archive.security, "http://s.example/sec");
}

TEST(DebianArchive, MachineWithoutAptHasNone) {
  FakeHost host;
  const auto archive = FindArchive(host);
  EXPECT_EQ(archive.main, "");
  EXPECT_EQ(archive.keyring, "");
}

TEST(DebianArchive, LinesNameSuitesComponentsAndKeyring) {
  const auto lines =
      SourceLines(Definition({"trixie", "trixie-security"}), KernelOf("trixie-backports"),
                  {.main = "http://m.example/debian", .security = "http://s.example/sec", .keyring = "/k.gpg"});
  ASSERT_TRUE(lines.has_value());
  EXPECT_THAT(*lines, ElementsAre("deb [signed-by=/k.gpg] http://m.example/debian trixie main contrib",
                                  "deb [signed-by=/k.gpg] http://s.example/sec trixie-security main contrib",
                                  "deb [signed-by=/k.gpg] http://m.example/debian trixie-backports main contrib"));
}

TEST(DebianArchive, SecurityIsLeftOutWhereAptKnowsNone) {
  const auto lines = SourceLines(Definition({"trixie", "trixie-security"}), KernelOf("trixie"),
                                 {.main = "http://m.example/debian", .security = "", .keyring = ""});
  ASSERT_TRUE(lines.has_value());
  EXPECT_THAT(*lines, ElementsAre("deb http://m.example/debian trixie main contrib"));
}

TEST(DebianArchive, DefaultServesOneSuiteOnly) {
  EXPECT_THAT(SourceLines(Definition({"trixie"}), KernelOf("trixie"), {}).value(), IsEmpty());
  const auto lines = SourceLines(Definition({"trixie"}), KernelOf("trixie-backports"), {});
  ASSERT_FALSE(lines.has_value());
  EXPECT_THAT(lines.error().fix, HasSubstr("--mirror"));
}

TEST(DebianArchive, KernelsSuiteGivesNothingElse) {
  EXPECT_EQ(AptPreferences(Definition({"trixie"}), KernelOf("trixie")), "");
  EXPECT_EQ(AptPreferences(Definition({"trixie"}), KernelOf("sid")),
            "Package: *\nPin: release n=sid\nPin-Priority: 50\n");
}

}  // namespace
}  // namespace vfqual
