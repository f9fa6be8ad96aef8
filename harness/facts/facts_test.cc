#include <gtest/gtest.h>

#include <set>

#include "harness/base/fake_host.h"
#include "harness/facts/host_facts.h"
#include "harness/facts/platform.h"

namespace vfqual {
namespace {

TEST(Platforms, EveryDeviceIdBelongsToOnePlatform) {
  const auto platforms = LoadPlatforms();
  ASSERT_TRUE(platforms) << platforms.error().Message();
  std::set<std::string> seen;
  for (const auto& platform : *platforms) {
    EXPECT_FALSE(platform.drivers.empty()) << platform.id;
    for (const auto& id : platform.device_ids) EXPECT_TRUE(seen.insert(id).second) << id;
  }
}

TEST(Platforms, TheLabIsNoHardwareAndN100IsAdlN) {
  const auto platforms = LoadPlatforms().value();
  ASSERT_NE(FindPlatform(platforms, "5845"), nullptr);
  EXPECT_FALSE(FindPlatform(platforms, "5845")->hardware);
  EXPECT_EQ(FindPlatform(platforms, "46d1")->id, "ADL-N");
  EXPECT_EQ(FindPlatform(platforms, "46d1")->default_vfs, 3);
  EXPECT_EQ(FindPlatform(platforms, "ffff"), nullptr);
}

TEST(HostFacts, DistributionNames) {
  EXPECT_EQ(DistributionFromOsRelease("ID=debian\nVERSION_ID=\"13\"\n"), "debian 13");
  EXPECT_EQ(DistributionFromOsRelease("NAME=\"Arch Linux\"\nID=arch\n"), "arch");
  EXPECT_EQ(DistributionFromOsRelease(""), "linux");
}

TEST(HostFacts, IommuIsOnOnlyWhenTheKernelUsesOne) {
  FakeHost host;
  host.SetFile("/proc/sys/kernel/osrelease", "6.12.1\n");
  EXPECT_FALSE(ReadHostFacts(host)->iommu);
  host.SetLink("/sys/class/iommu/dmar0", "../../devices/virtual/iommu/dmar0");
  EXPECT_TRUE(ReadHostFacts(host)->iommu);
}

}  // namespace
}  // namespace vfqual
