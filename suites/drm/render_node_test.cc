#include "suites/drm/render_node.h"

#include "suites/testing/fake_sysfs.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

TEST(FindRenderNode, SaysThatThereIsNone) {
  const FakeSysfs fake;
  EXPECT_THAT(FindRenderNode(fake.Dev() / "dri", "i915"), IsError("no render node of driver i915 (nor of any other)"));
}

TEST(FindRenderNode, SaysWhyAFileIsNone) {
  const FakeSysfs fake;
  fake.AddGoodGuest();
  fake.Write("dev/dri/card0", "");
  EXPECT_THAT(FindRenderNode(fake.Dev() / "dri", "i915"), IsError("(DRM_IOCTL_VERSION: Inappropriate ioctl"));
}

TEST(OpenRenderNode, NamesTheErrno) {
  EXPECT_THAT(OpenRenderNode("/nonexistent/renderD128"), IsError("/nonexistent/renderD128: No such file"));
}

}  // namespace
}  // namespace vfqual::suites
