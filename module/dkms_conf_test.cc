#include "module/dkms_conf.h"

#include <gmock/gmock.h>

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

DkmsConf Parse(const std::string& text) {
  auto conf = ParseDkmsConf(text, "dkms.conf");
  EXPECT_TRUE(conf) << conf.error().Message();
  return conf.value_or(DkmsConf{});
}

TEST(DkmsConf, ReadsTheKernelRange) {
  const auto conf = Parse(
      "PACKAGE_NAME=m\nPACKAGE_VERSION=1\nBUILD_EXCLUSIVE_KERNEL=\"^(6\\.[1-9]|7\\.[0-9])\"\n"
      "BUILD_EXCLUSIVE_CONFIG=\"CONFIG_PCI_IOV !CONFIG_X\"\nBUILD_EXCLUSIVE_KERNEL_MIN=6.1\n"
      "BUILD_EXCLUSIVE_KERNEL_MAX='6.12'\nBUILD_EXCLUSIVE_ARCH=x86_64\n");
  EXPECT_EQ(conf.range.kernel, R"(^(6\.[1-9]|7\.[0-9]))");
  EXPECT_THAT(conf.range.options, ElementsAre("CONFIG_PCI_IOV", "!CONFIG_X"));
  EXPECT_EQ(conf.range.minimum, "6.1");
  EXPECT_EQ(conf.range.maximum, "6.12");
  EXPECT_EQ(conf.range.architecture, "x86_64");
  EXPECT_THAT(conf.unread, IsEmpty());
}

// As v4l2loopback's in Debian 12 has it: what the condition sets is not the range of every kernel.
TEST(DkmsConf, ConditionsAreTakenForNothingAndNamed) {
  const auto conf = Parse(
      "PACKAGE_NAME=\"v4l2loopback\"\nPACKAGE_VERSION=\"0.12.7\"\n\n"
      "if [ -f $kernel_source_dir/.config ]; then\n    . $kernel_source_dir/.config\n"
      "    if ! { echo \"$kernelver\"; echo 5.18; } | sort -V -C; then\n"
      "        if [ \"${CONFIG_VIDEO_DEV:-n}\" = \"n\" ]; then\n"
      "            BUILD_EXCLUSIVE_KERNEL=\"REQUIRES CONFIG_VIDEO_DEV\"\n        fi\n    fi\nfi\n"
      "MAKE[0]=\"make KERNEL_DIR=${kernel_source_dir} all\"\nBUILT_MODULE_NAME[0]=\"$PACKAGE_NAME\"\n");
  EXPECT_EQ(conf.range.kernel, "");
  EXPECT_THAT(conf.modules, ElementsAre("v4l2loopback"));
  EXPECT_THAT(conf.unread, ElementsAre("if [ -f $kernel_source_dir/.config ]; then"));
}

TEST(DkmsConf, CommandsAreNotRunAndNamed) {
  const auto conf = Parse(
      "PACKAGE_NAME=m\nPACKAGE_VERSION=1\n. ./more.conf\n[ -e /x ] && BUILD_EXCLUSIVE_KERNEL=^7\n"
      "BUILD_EXCLUSIVE_KERNEL=\"^$(uname -r)\"\nMAKE[0]=\"make -j$(nproc)\"\n"
      "for i in a b; do BUILT_MODULE_NAME[$n]=$i; done\n");
  EXPECT_EQ(conf.range.kernel, "");
  EXPECT_THAT(conf.unread,
              ElementsAre(". ./more.conf", HasSubstr("&& BUILD"), HasSubstr("$(uname"), HasSubstr("for i")));
}

TEST(DkmsConf, ValuesGoOverLinesAndModulesMayBeAList) {
  const auto conf = Parse(
      "PACKAGE_NAME=m\nPACKAGE_VERSION=1.0 # a comment\nMAKE[0]=\"make \\\n  PACKAGE_NAME=wrong \\\n  all\"\n"
      "MAKE[1]='first\nPACKAGE_VERSION=2'\nBUILT_MODULE_NAME=(\"i915\" \"xe\")\n");
  EXPECT_EQ(conf.name, "m");
  EXPECT_EQ(conf.version, "1.0");
  EXPECT_THAT(conf.modules, ElementsAre("i915", "xe"));
}

TEST(DkmsConf, UnknownVariablesStayAsTheyAre) {
  const auto conf = Parse("PACKAGE_NAME=m\nPACKAGE_VERSION=1\nBUILD_EXCLUSIVE_KERNEL=\"^$kernelver$\"\n");
  EXPECT_EQ(conf.range.kernel, "^$kernelver$");
}

}  // namespace
}  // namespace vfqual
