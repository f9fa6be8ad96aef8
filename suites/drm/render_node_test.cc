#include "suites/drm/render_node.h"

#include <unistd.h>

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

TEST(WhyClosedToUs, NamesTheNodeItsModeAndTheUser) {
  const FakeSysfs fake;
  const auto folder = fake.Dev() / "dri";
  EXPECT_EQ(WhyClosedToUs(folder), std::nullopt) << "there is none";
  fake.Write("dev/dri/renderD128", "");
  EXPECT_EQ(WhyClosedToUs(folder), std::nullopt) << "it opens";
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  namespace fs = std::filesystem;
  for (auto parent = folder; parent != "/tmp" && parent != "/"; parent = parent.parent_path()) {
    fs::permissions(parent, static_cast<fs::perms>(0755));
  }
  fs::permissions(folder / "renderD128", fs::perms::owner_read | fs::perms::owner_write);
  constexpr uid_t kNobody = 65534;
  ASSERT_EQ(seteuid(kNobody), 0);
  const auto closed = WhyClosedToUs(folder);
  ASSERT_EQ(seteuid(0), 0);
  ASSERT_TRUE(closed);
  EXPECT_THAT(*closed, testing::HasSubstr("user 65534 may not open"));
  EXPECT_THAT(*closed, testing::HasSubstr("dri/renderD128 (mode 600, owner 0, group"));
}

TEST(OpenRenderNode, NamesTheErrno) {
  EXPECT_THAT(OpenRenderNode("/nonexistent/renderD128"), IsError("/nonexistent/renderD128: No such file"));
}

}  // namespace
}  // namespace vfqual::suites
