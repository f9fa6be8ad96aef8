#include "harness/guest/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Overlay, IsMadeByQemuImg) {
  FakeHost host;
  host.SetFile("/img/base.raw", "");
  host.Answer("qemu-img", Completed{});
  ASSERT_TRUE(MakeOverlay(host, "/img/base.raw", DiskFormat::kRaw, "/run/vf1.qcow2"));
  EXPECT_THAT(host.Commands(), ElementsAre(ElementsAre("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b",
                                                       "/img/base.raw", "/run/vf1.qcow2")));
}

TEST(Overlay, Errors) {
  FakeHost host;
  EXPECT_EQ(MakeOverlay(host, "base.raw", DiskFormat::kRaw, "/o").error().blame, Blame::kInput);
  EXPECT_THAT(MakeOverlay(host, "/none", DiskFormat::kRaw, "/o").error().Message(), HasSubstr("/none does not exist"));
  host.SetFile("/base", "");
  Completed failed;
  failed.exit_code = 1;
  failed.err = "qemu-img: no space\n";
  host.Answer("qemu-img", failed);
  EXPECT_THAT(MakeOverlay(host, "/base", DiskFormat::kRaw, "/o").error().Message(), HasSubstr("no space"));
}

}  // namespace
}  // namespace vfqual
