#include "harness/lab/lab_host_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

TEST(LabHostCache, IsOfOneImageAndHasCcachesSettings) {
  const auto cache = TemporaryFolder::Make("vfqual-lab-host-cache-test").value();
  LabImages images;
  images.host.folder = "/cache/lab-host-6.12+6.12-0123";
  const auto folder = LabHostCache(cache.Path(), images);
  images.host.folder = "/cache/lab-host-6.12+6.12-4567";
  EXPECT_NE(LabHostCache(cache.Path(), images), folder) << "another compiler or other headers";
  EXPECT_FALSE(LocalHost().Exists(folder.string()).value());
  ASSERT_TRUE(PrepareHostCache(folder));
  EXPECT_THAT(LocalHost().Read((folder / "ccache/ccache.conf").string()).value(),
              testing::HasSubstr("depend_mode = true\n"));
  EXPECT_TRUE(LocalHost().Exists((folder / kCapabilitiesFolder).string()).value());
}

}  // namespace
}  // namespace vfqual
