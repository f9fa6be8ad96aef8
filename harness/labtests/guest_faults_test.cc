// Seven guests, each with something wrong in it, in one run: the stage, the verdict and the reason of each, and nothing
// that hangs.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "harness/labtests/lab_command.h"

namespace vfqual {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Expected {
  const char* fault;
  const char* stage;    // the first that ends badly
  const char* verdict;  // its
  const char* reason;   // a part of it
  const char* test;     // one that fails with it; "" where it breaks off before the first
  int bad_tests;        // all that fail
};

constexpr const char* kVaStart = "while it was opening the VA driver and asking what it offers";

const std::map<std::string, Expected>& Faults() {
  static const std::map<std::string, Expected> kFaults = {
      {"vf1",
       {"guest-closed-render-node", "probe", "FAIL", "mode 600 keeps its group render from it",
        "render_node.is_open_to_render_group", 1}},
      {"vf2", {"guest-no-va-driver", "media", "MISS", "no VA driver for i915", "va_driver.initializes", 4}},
      {"vf3", {"guest-va-crash", "media", "FAIL", "suite_media crashed (SIGSEGV, Segmentation fault)", "", 0}},
      {"vf4", {"guest-va-hang", "media", "FAIL", "suite_media hangs: no end after 60 s", "", 0}},
      {"vf5",
       {"guest-dropped-frame", "media", "FAIL", "picture 2 is missing", "h264_main.encode_cqp_keeps_every_picture",
        11}},
      {"vf6", {"guest-no-icd", "compute", "MISS", "no OpenCL driver (ICD) is installed", "opencl_device.is_a_gpu", 19}},
      {"vf7",
       {"guest-swapped-result", "compute", "FAIL", "the result is that of the guest with seed",
        "opencl_saxpy.is_this_guests_own", 1}},
  };
  return kFaults;
}

std::string Word(const json& list, const char* name, const std::string& wanted, const char* key) {
  for (const auto& entry : list) {
    if (entry.at(name) == wanted) return entry.at(key);
  }
  return {};
}

void ExpectTold(const json& guest, const Expected& expected) {
  const json& stages = guest.at("stages");
  EXPECT_EQ(Word(stages, "name", expected.stage, "verdict"), expected.verdict);
  EXPECT_THAT(Word(stages, "name", expected.stage, "reason"), HasSubstr(expected.reason));
  if (*expected.test == '\0') {
    EXPECT_THAT(Word(stages, "name", expected.stage, "reason"), HasSubstr(kVaStart));
  } else {
    EXPECT_EQ(Word(guest.at("tests"), "path", expected.test, "verdict"), expected.verdict);
  }
  bool after = false;
  for (const auto& stage : stages) {
    const std::string name = stage.at("name");
    if (after && name != "bench" && name != "isolation" && name != "recover") {
      EXPECT_EQ(stage.at("verdict"), "SKIP") << name;
      EXPECT_EQ(stage.at("reason"), fmt::format("after {} failed", expected.stage)) << name;
    } else if (!after && name != expected.stage) {
      EXPECT_EQ(stage.at("verdict"), "PASS") << name;
    }
    after = after || name == expected.stage;
  }
  int bad = 0;
  for (const auto& test : guest.at("tests"))
    bad += test.at("verdict") == "FAIL" || test.at("verdict") == "MISS" ? 1 : 0;
  EXPECT_EQ(bad, expected.bad_tests);
}

TEST(GuestFaultsLab, EachIsToldWithItsStageVerdictAndReason) {
  const auto folder = TemporaryFolder::Make("vfqual-labtest");
  const std::string out = (folder->Path() / "run").string();
  json plan = {
      {"schema", "vfqual/plan/1"},
      {"module", {{"source", VFQUAL_SOURCE_DIR "/module/lab-gpu"}}},
      {"agent_timeout_s", 1200},  // seven guests on one emulated processor, of a machine that others use too
      {"stages", {"build", "install", "load", "pf", "vfs", "bind", "boot", "probe", "media", "compute", "unload"}}};
  for (const auto& [guest, expected] : Faults()) {
    plan["guests"].push_back({{"name", guest}, {"lab_fault", expected.fault}});
  }
  LocalHost local;
  const std::string plan_file = (folder->Path() / "plan.json").string();
  ASSERT_TRUE(local.WriteFile(plan_file, plan.dump(), 0644));
  const auto run = RunLab({"--plan", plan_file, "--out", out});
  EXPECT_EQ(run.exit_code, 1) << run.out << run.err;

  const auto report = json::parse(local.Read(out + "/report.json").value_or(""), nullptr, false);
  ASSERT_TRUE(report.is_object());
  const json& cell = report.at("cells").at(0);
  EXPECT_EQ(Word(cell.at("stages"), "name", "unload", "verdict"), "PASS") << "all is put back";
  ASSERT_EQ(cell.at("guests").size(), Faults().size());
  for (const auto& guest : cell.at("guests")) {
    const Expected& expected = Faults().at(guest.at("name"));
    SCOPED_TRACE(expected.fault);
    SCOPED_TRACE(guest.at("stages").dump());
    ExpectTold(guest, expected);
  }
}

}  // namespace
}  // namespace vfqual
