#include "module/releases.h"

#include <gtest/gtest.h>

#include <set>

namespace vfqual {
namespace {

DottedVersion Kernel(const char* release) {
  return ParseDottedVersion(release).value();
}

TEST(DottedVersion, IsReadFromTheFrontOfAText) {
  EXPECT_EQ(Kernel("6.12.107+deb13-amd64"), (DottedVersion{6, 12, 107}));
  EXPECT_EQ(Kernel("6.8.0-45-generic"), (DottedVersion{6, 8, 0}));
  EXPECT_EQ(Kernel("7.0"), (DottedVersion{7, 0, 0}));
  EXPECT_FALSE(ParseDottedVersion("linux"));
  EXPECT_FALSE(ParseDottedVersion("6"));
}

TEST(ModuleReleases, TheDataIsWholeAndEveryReferenceLeadsSomewhere) {
  const auto all = LoadModuleReleases();
  ASSERT_TRUE(all) << all.error().Message();
  std::set<std::string> versions;
  for (const auto& release : all->releases) EXPECT_TRUE(versions.insert(release.version).second) << release.version;
  for (const auto& hole : all->holes) {
    EXPECT_LT(hole.from, hole.below);
    for (const auto& version : hole.releases) {
      ASSERT_TRUE(versions.contains(version)) << version;
      EXPECT_TRUE(all->Find(version)->Serves(hole.from)) << version << ": a hole outside of the range";
    }
  }
  for (const auto& need : all->guc) EXPECT_TRUE(versions.contains(need.since)) << need.since;
}

TEST(ModuleReleases, RangesAndHoles) {
  const auto all = LoadModuleReleases().value();
  const auto* release = all.Find("2026.05.06");
  ASSERT_NE(release, nullptr);
  EXPECT_EQ(release->Range(), "6.17-6.19, 7.0");
  EXPECT_TRUE(release->Serves(Kernel("6.18.24-1-pve")));
  EXPECT_TRUE(release->Serves(Kernel("7.0.3")));
  EXPECT_FALSE(release->Serves(Kernel("6.12.1")));
  EXPECT_FALSE(release->Serves(Kernel("7.1.0")));
  EXPECT_NE(all.HoleFor("2026.03.05", Kernel("6.12.83")), nullptr);
  EXPECT_EQ(all.HoleFor("2026.03.05", Kernel("6.12.82")), nullptr);
  EXPECT_EQ(all.HoleFor("2026.03.05.1", Kernel("6.12.83")), nullptr);
  EXPECT_NE(all.CompilerHoleFor("2026.05.03", 13), nullptr);
  EXPECT_EQ(all.CompilerHoleFor("2026.05.06", 13), nullptr);
}

TEST(ModuleReleases, TheNewestGucNeedOfARelease) {
  const auto all = LoadModuleReleases().value();
  EXPECT_EQ(all.GucFor("2026.03.05.2", "i915", "MTL")->version, (DottedVersion{70, 44, 1}));
  EXPECT_EQ(all.GucFor("", "i915", "MTL")->version, (DottedVersion{70, 53, 0}));
  EXPECT_TRUE(all.GucFor("2026.05.06", "i915", "TGL")->exact);
  EXPECT_EQ(all.GucFor("2024.12.30", "i915", "MTL"), nullptr);
}

}  // namespace
}  // namespace vfqual
