#include "harness/lab/lab_compiler_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

TEST(LabCompilerCache, IsOfOneImageAndHasSettings) {
  const auto cache = TemporaryFolder::Make("vfqual-lab-ccache-test").value();
  LabImages images;
  images.host.folder = "/cache/lab-host-6.12+6.12-0123";
  const auto folder = LabCompilerCache(cache.Path(), images);
  images.host.folder = "/cache/lab-host-6.12+6.12-4567";
  EXPECT_NE(LabCompilerCache(cache.Path(), images), folder) << "another compiler or other headers";
  EXPECT_FALSE(LocalHost().Exists(folder.string()).value());
  ASSERT_TRUE(PrepareCompilerCache(folder));
  EXPECT_THAT(LocalHost().Read((folder / kCompilerCacheSettings).string()).value(),
              testing::HasSubstr("depend_mode = true\n"));
}

}  // namespace
}  // namespace vfqual
