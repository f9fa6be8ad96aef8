#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/fake_host.h"
#include "module/dkms_conf.h"
#include "module/dkms_module.h"
#include "module/loaded_module.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

TEST(DkmsConf, ReadsQuotedPlainAndDerivedValues) {
  const auto conf = ParseDkmsConf(
      "# comment\nPACKAGE_NAME=\"i915-sriov-dkms\"\nPACKAGE_VERSION='2026.03.05' # release\n"
      "BUILT_MODULE_NAME[0]=\"i915\"\nBUILT_MODULE_NAME[1]=xe\nDEST_MODULE_LOCATION[0]=\"/updates\"\r\n",
      "dkms.conf");
  ASSERT_TRUE(conf) << conf.error().Message();
  EXPECT_EQ(conf->name, "i915-sriov-dkms");
  EXPECT_EQ(conf->version, "2026.03.05");
  EXPECT_EQ(conf->modules, (std::vector<std::string>{"i915", "xe"}));
  EXPECT_EQ(ParseDkmsConf("PACKAGE_NAME=a\nPACKAGE_VERSION=1\nBUILT_MODULE_NAME[0]=\"${PACKAGE_NAME}_mod\"\n", "f")
                ->modules.at(0),
            "a_mod");
}

TEST(DkmsConf, NamesThatWouldEscapeAFolderOrAnArgumentAreRefused) {
  for (const char* bad : {"", "PACKAGE_NAME=x\n", "PACKAGE_NAME=../../etc\nPACKAGE_VERSION=1\n",
                          "PACKAGE_NAME=-rf\nPACKAGE_VERSION=1\n", "PACKAGE_NAME=a\nPACKAGE_VERSION=$(reboot)\n"}) {
    const auto conf = ParseDkmsConf(bad, "dkms.conf");
    ASSERT_FALSE(conf) << bad;
    EXPECT_EQ(conf.error().blame, Blame::kInput);
  }
}

class DkmsModuleTest : public testing::Test {
 protected:
  DkmsModuleTest() {
    host_.SetFile("/proc/sys/kernel/random/boot_id", "b\n");
    host_.SetFile("/src/dkms.conf", "PACKAGE_NAME=lab-gpu\nPACKAGE_VERSION=0.1.0\nBUILT_MODULE_NAME[0]=i915\n");
    host_.Answer("dkms", Completed{});
    host_.Answer("rm", Completed{});
  }
  FakeHost host_;
};

TEST_F(DkmsModuleTest, AMissingFolderIsTheUsersError) {
  const auto module = ReadDkmsModule(host_, "/nowhere");
  ASSERT_FALSE(module);
  EXPECT_EQ(module.error().blame, Blame::kInput);
  EXPECT_THAT(module.error().what, HasSubstr("/nowhere"));
}

TEST_F(DkmsModuleTest, WhatTheUserHasInstalledIsNotTouched) {
  const auto module = ReadDkmsModule(host_, "/src").value();
  EXPECT_TRUE(CheckNotInDkms(host_, module));
  host_.SetFile("/var/lib/dkms/lab-gpu/0.1.0/source", "");
  const auto refused = CheckNotInDkms(host_, module);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().fix, HasSubstr("dkms remove lab-gpu/0.1.0 --all"));
}

TEST_F(DkmsModuleTest, AFailedBuildKeepsMakeLogAndIsUndoneFromTheTree) {
  const auto module = ReadDkmsModule(host_, "/src").value();
  Completed bad;
  bad.exit_code = 10;
  bad.err = "Error! Bad return status for module build on kernel: 6.12 (x86_64)\n";
  host_.Answer("dkms build", bad);
  host_.Answer("dkms add", [this](const Command&) {
    host_.SetFile("/var/lib/dkms/lab-gpu/0.1.0/build/make.log", "main.c:7:1: error: unknown type name 'foo'\n");
    host_.SetFile("/usr/src/lab-gpu-0.1.0/main.c", "");
    return Completed{};
  });
  ChangeLog changes(host_, {}, {});
  ASSERT_TRUE(DkmsAdd(changes, module)->completed.Ok());
  const auto step = DkmsBuild(host_, changes, module, "6.12", std::nullopt);
  ASSERT_TRUE(step);
  EXPECT_FALSE(step->completed.Ok());
  EXPECT_THAT(step->log, HasSubstr("unknown type name"));
  EXPECT_EQ(FirstBuildError("CC main.o\n" + step->log.substr(step->log.find("main.c"))),
            "main.c:7:1: error: unknown type name 'foo'");

  ASSERT_TRUE(changes.UndoAll());
  const auto& commands = host_.Commands();
  EXPECT_EQ(commands.at(commands.size() - 2), (std::vector<std::string>{"dkms", "remove", "lab-gpu/0.1.0", "--all"}));
  EXPECT_EQ(commands.back(), (std::vector<std::string>{"rm", "-r", "--", "/usr/src/lab-gpu-0.1.0"}));
}

TEST_F(DkmsModuleTest, BuildsByCcacheWhereTheHostHasOne) {
  const auto module = ReadDkmsModule(host_, "/src").value();
  EXPECT_FALSE(FindCompilerCache(host_, "/cache").value()) << "none is installed";
  host_.SetFile("/usr/bin/ccache", "");
  host_.SetFile("/usr/lib/ccache/gcc-14", "");
  EXPECT_FALSE(FindCompilerCache(host_, "").value()) << "none is wanted";
  const auto ccache = FindCompilerCache(host_, "/cache").value();
  ASSERT_TRUE(ccache);
  std::vector<std::pair<std::string, std::string>> environment;
  host_.Answer("dkms build", [&environment](const Command& command) {
    environment = command.environment;
    return Completed{};
  });
  ChangeLog changes(host_, {}, {});
  const auto step = DkmsBuild(host_, changes, module, "6.12", ccache);
  ASSERT_TRUE(step);
  EXPECT_THAT(step->log, HasSubstr("ccache: /cache"));
  EXPECT_THAT(environment, testing::Contains(std::pair<std::string, std::string>("CCACHE_DIR", "/cache")));
  EXPECT_THAT(environment, testing::Contains(testing::Pair("PATH", testing::StartsWith("/usr/lib/ccache:"))));
}

TEST(LoadedModule, ParametersGoToModprobeAndTheUndoNamesTheModule) {
  FakeHost host;
  host.SetFile("/proc/sys/kernel/random/boot_id", "b\n");
  host.Answer("modprobe", Completed{});
  ChangeLog changes(host, {}, {});
  ASSERT_TRUE(LoadModule(host, changes, "i915", {{"enable_guc", "3"}, {"max_vfs", "7"}}));
  EXPECT_EQ(host.Commands().back(), (std::vector<std::string>{"modprobe", "i915", "enable_guc=3", "max_vfs=7"}));
  host.SetFile("/sys/module/i915/initstate", "live\n");
  EXPECT_TRUE(IsModuleLoaded(host, "i915").value());
  ASSERT_TRUE(changes.UndoAll());
  EXPECT_EQ(host.Commands().back(), (std::vector<std::string>{"modprobe", "-r", "i915"}));
}

}  // namespace
}  // namespace vfqual
