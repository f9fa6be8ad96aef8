#include "harness/loadvm/load_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual {
namespace {

using reports::Verdict;
using testing::HasSubstr;

class LoadVerdictTest : public testing::Test {
 protected:
  LoadVerdictTest() {
    expected_.modules = {{"i915", "/b/i915.ko", {{"max_vfs", "7"}, {"guc", "1"}}}};
    expected_.identities["i915"] = {"AAAA", "6.1.0 SMP mod_unload", "", "1234"};
    expected_.resolved["i915"] = "updates/dkms/i915.ko";
    expected_.install_folder = "updates/dkms";
    report_.kernel = "6.1.0";
    report_.ended = true;
    auto& module = report_.modules["i915"];
    module.load = ModprobeRun{0, 0, false, 0.1, ""};
    module.loaded = LoadedState{"live", "AAAA", "1234", "OE", {{"max_vfs", "7"}, {"guc", "Y"}}};
    module.unload = ModprobeRun{0, 0, false, 0.1, ""};
  }
  ModuleReport& Module() { return report_.modules["i915"]; }
  void Say(const std::string& line, int level = 4) { report_.log.push_back({"i915", {level, 1, line}}); }
  LoadCheck Check(const std::string& path) const {
    for (const auto& check : JudgeLoad(report_, expected_, trouble_)) {
      if (check.path == "load." + path) return check;
    }
    return {"", Verdict::kDone, 0, "no such check"};
  }

  LoadReport report_;
  LoadExpectation expected_;
  std::vector<LogTrouble> trouble_;
};

TEST_F(LoadVerdictTest, WhatIsRightPasses) {
  for (const char* path : {"i915.takes_the_built_file", "i915.vermagic", "i915.loads", "i915.runs_what_was_built",
                           "i915.parameter.max_vfs", "i915.parameter.guc", "i915.unloads", "kernel_log"}) {
    EXPECT_EQ(Check(path).verdict, Verdict::kPass) << path << Check(path).reason;
  }
  EXPECT_EQ(Check("i915.signature").verdict, Verdict::kSkip);
  EXPECT_THAT(Check("i915.signature").reason, HasSubstr("not signed"));
}

TEST_F(LoadVerdictTest, TheStockModuleWinningIsAFailureWithThatReason) {
  expected_.resolved["i915"] = "kernel/drivers/gpu/drm/i915/i915.ko";
  Module().loaded->srcversion = "BBBB";
  EXPECT_EQ(Check("i915.takes_the_built_file").verdict, Verdict::kFail);
  EXPECT_THAT(Check("i915.takes_the_built_file").reason, HasSubstr("the kernel's own module"));
  EXPECT_EQ(Check("i915.runs_what_was_built").verdict, Verdict::kFail);
  Module().loaded->srcversion = "AAAA";
  EXPECT_EQ(Check("i915.runs_what_was_built").verdict, Verdict::kPass);
  Module().loaded->build_id = "5678";
  EXPECT_EQ(Check("i915.runs_what_was_built").verdict, Verdict::kFail) << "another build of the same sources";
}

TEST_F(LoadVerdictTest, ARefusalIsToldInTheKernelsWords) {
  Module().load = ModprobeRun{1, 0, false, 0.1, "modprobe: ERROR: could not insert 'i915': Exec format error\n"};
  Module().loaded.reset();
  Say("i915: version magic '6.0' should be '6.1.0'");
  EXPECT_EQ(Check("i915.loads").verdict, Verdict::kFail);
  EXPECT_THAT(Check("i915.loads").reason, HasSubstr("version magic '6.0' should be"));
  EXPECT_EQ(Check("i915.unloads").reason, "no such check");
  report_.log.clear();
  Say("module i915: some new reason", 3);
  EXPECT_THAT(Check("i915.loads").reason, HasSubstr("some new reason"));
}

TEST_F(LoadVerdictTest, AModuleOfAnotherKernelIsTold) {
  expected_.identities["i915"].vermagic = "6.0 SMP";
  EXPECT_EQ(Check("i915.vermagic").verdict, Verdict::kFail);
  EXPECT_THAT(Check("i915.vermagic").reason, HasSubstr("built for '6.0'"));
}

TEST_F(LoadVerdictTest, AParameterThatIsIgnoredOrShownOtherwiseFails) {
  Module().loaded->parameters["max_vfs"] = "3";
  EXPECT_THAT(Check("i915.parameter.max_vfs").reason, HasSubstr("sysfs shows '3'"));
  Module().loaded->parameters.erase("max_vfs");
  EXPECT_EQ(Check("i915.parameter.max_vfs").verdict, Verdict::kSkip);
  Say("i915: unknown parameter 'max_vfs' ignored");
  EXPECT_EQ(Check("i915.parameter.max_vfs").verdict, Verdict::kFail);
}

TEST_F(LoadVerdictTest, WhatDoesNotGoAgainOrDiesIsNoPass) {
  Module().stayed_with_refcnt = "1";
  EXPECT_EQ(Check("i915.unloads").verdict, Verdict::kFail);
  Module().stayed_with_refcnt.reset();
  Module().unload.reset();
  EXPECT_EQ(Check("i915.unloads").verdict, Verdict::kPass) << "it went with a module that needed it";
  report_.ended = false;
  EXPECT_EQ(Check("i915.unloads").verdict, Verdict::kMiss);
  EXPECT_EQ(Check("kernel_log").verdict, Verdict::kMiss);
  report_.modules.clear();
  EXPECT_EQ(Check("i915.loads").verdict, Verdict::kMiss);
}

TEST_F(LoadVerdictTest, TroubleInTheLogFails) {
  const auto trouble = FindLogTrouble(
      {{"i915", {4, 1, "i915: module verification failed: signature and/or required key missing - tainting kernel"}},
       {"i915", {4, 2, "WARNING: CPU: 0 PID: 62 at kernel/workqueue.c:1 x+0x1/0x2 [i915]"}},
       {"", {6, 3, "ACPI: bus type drm_connector registered"}}});
  ASSERT_TRUE(trouble) << trouble.error().Message();
  ASSERT_EQ(trouble->size(), 1U);
  trouble_ = *trouble;
  EXPECT_EQ(Check("kernel_log").verdict, Verdict::kFail);
  EXPECT_THAT(Check("kernel_log").reason, HasSubstr("kernel/workqueue.c"));
}

}  // namespace
}  // namespace vfqual
