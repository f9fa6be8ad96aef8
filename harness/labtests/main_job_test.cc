// The main job as a user runs it: `vfqual lab`, on a real kernel with real VFs, libvirt and nested guests.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "harness/base/folders.h"
#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "harness/labtests/lab_command.h"

namespace vfqual {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

// The tests and stages of a report that are neither PASS, DONE nor SKIP.
std::vector<std::string> BadParts(const json& report) {
  std::vector<std::string> bad;
  if (!report.is_object()) return {"there is no report"};
  const auto add = [&bad](const std::string& where, const json& list, const char* name) {
    for (const auto& entry : list) {
      const std::string verdict = entry.value("verdict", "");
      if (verdict == "PASS" || verdict == "DONE" || verdict == "SKIP") continue;
      bad.push_back(fmt::format("{} {} {}: {}", where, verdict, entry.value(name, ""), entry.value("reason", "")));
    }
  };
  for (const auto& cell : report.value("cells", json::array())) {
    add("host", cell.value("stages", json::array()), "name");
    add("host", cell.value("host_tests", json::array()), "path");
    for (const auto& guest : cell.value("guests", json::array())) {
      add(guest.value("name", ""), guest.value("stages", json::array()), "name");
      add(guest.value("name", ""), guest.value("tests", json::array()), "path");
    }
  }
  return bad;
}

class LabTest : public testing::Test {
 protected:
  std::string Out() const { return (folder_->Path() / "run").string(); }
  json Report() const {
    LocalHost local;
    return json::parse(local.Read(Out() + "/report.json").value_or(""), nullptr, false);
  }
  std::vector<json> Events() const {
    LocalHost local;
    std::istringstream lines(local.Read(Out() + "/events.jsonl").value_or(""));
    std::vector<json> events;
    for (std::string line; std::getline(lines, line);) events.push_back(json::parse(line, nullptr, false));
    return events;
  }
  // What the report calls bad, a line each: the whole output of a lab run is more than anyone reads.
  void TearDown() override {
    if (!HasFailure()) return;
    LocalHost local;
    const auto bad = json::parse(local.Read(Out() + "/report.json").value_or(""), nullptr, false);
    for (const auto& line : BadParts(bad)) std::cout << "BAD  " << line << "\n";
  }
  Completed LabWithPlan(const std::string& text, const std::vector<std::string>& more = {}) {
    LocalHost local;
    const std::string plan = (folder_->Path() / "plan.json").string();
    EXPECT_TRUE(local.WriteFile(plan, text, 0644));
    std::vector<std::string> arguments = {"--plan", plan, "--out", Out()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunLab(arguments);
  }
  // All is built; it only ends when the machine boots without the guests' programs.
  std::string SlowBuilder() const {
    LocalHost local;
    const std::string builder = (folder_->Path() / "builder").string();
    const char* const script =
        "#!/bin/sh\n"
        "until [ -e \"${0%/*}/run/lab/try1/console.log\" ]; do sleep 1; done\n"
        "sleep 5; echo the builder is done\n";
    EXPECT_TRUE(local.WriteFile(builder, script, 0755));
    return builder;
  }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-labtest");
};

std::map<std::string, std::string> Verdicts(const json& list, const char* name) {
  std::map<std::string, std::string> verdicts;
  for (const auto& entry : list) verdicts[entry.at(name)] = entry.at("verdict");
  return verdicts;
}

// ccache names a result …R; libvirt keeps what it learned about QEMU as XML.
bool LabKeptFile(const char* ending) {
  const auto cache = CacheFolder().value() / "lab-hosts";
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(cache, error)) {
    if (entry.is_regular_file() && entry.path().filename().string().ends_with(ending)) return true;
  }
  return false;
}

// Guests that start at a barrier are compared, also where one of them compiles its kernels first.
void ExpectCompared(const json& cell, const std::string& rate) {
  std::set<std::string> derived;
  for (const auto& metric : cell.at("host_metrics")) derived.insert(metric.at("path"));
  EXPECT_TRUE(derived.contains(fmt::format("derived.{}.fairness_jain", rate))) << cell.at("warnings").dump(2);
}

TEST_F(LabTest, MainJobPassesWithTwoGuestsAndPutsEverythingBack) {
  const auto run = LabWithPlan(R"({"schema":"vfqual/plan/1","module":{"source":")" VFQUAL_SOURCE_DIR
                               R"(/module/lab-gpu"},"guests":[{},{}],
    "provisioning":{"vfs":{"exec_quantum_ms":20},"vf":{"2":{"contexts_quota":1024,"ggtt_quota":268435456}}}})",
                               {"--build-programs", SlowBuilder()});
  ASSERT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("the machine gets it later"), HasSubstr("the builder is done")));
  EXPECT_THAT(run.out, HasSubstr(Out() + "/report.html"));

  const json report = Report();
  ASSERT_TRUE(report.is_object());
  EXPECT_EQ(report.at("verdict"), "PASS");
  ASSERT_EQ(report.at("cells").size(), 1U);
  const json& cell = report.at("cells")[0];
  EXPECT_EQ(cell.at("platform").at("hardware"), false) << "a lab result is never taken for hardware";
  EXPECT_EQ(cell.at("platform").at("pf").at("total_vfs"), 7);
  EXPECT_FALSE(cell.at("module").at("srcversion").get<std::string>().empty());
  const auto stages = Verdicts(cell.at("stages"), "name");
  for (const char* stage :
       {"build", "install", "load", "pf", "vfs", "bind", "boot", "probe", "media", "compute", "unload"}) {
    EXPECT_EQ(stages.at(stage), "PASS") << stage;
  }
  EXPECT_EQ(stages.at("bench"), "DONE");

  ASSERT_EQ(cell.at("guests").size(), 2U);
  std::set<std::string> vfs;
  for (const auto& guest : cell.at("guests")) {
    vfs.insert(guest.at("vf"));
    const auto tests = Verdicts(guest.at("tests"), "path");
    EXPECT_EQ(tests.at("lab_work.crosses_to_the_vf"), "PASS");
    EXPECT_EQ(tests.at("kernel_log.says_vf_mode"), "PASS");
    EXPECT_EQ(tests.at("h264_constrained_baseline.encode_cqp_looks_like_its_source"), "PASS");
    std::set<std::string> measured;
    for (const auto& metric : guest.at("metrics")) {
      if (metric.at("value").get<double>() > 0) measured.insert(metric.at("path"));
    }
    EXPECT_THAT(measured, IsSupersetOf({"bench.opencl_global_bandwidth", "bench.h264_encode_96p"}));
  }
  EXPECT_EQ(vfs, (std::set<std::string>{"0000:00:02.1", "0000:00:02.2"}));
  for (const char* rate : {"opencl_global_bandwidth", "h264_encode_96p"}) ExpectCompared(cell, rate);
  const auto host_tests = Verdicts(cell.at("host_tests"), "path");
  EXPECT_EQ(host_tests.at("provisioning.vf1.gt0.exec_quantum_ms"), "PASS");
  EXPECT_EQ(host_tests.at("provisioning.vf2.gt0.contexts_quota"), "PASS");
  const auto watcher = Verdicts(cell.at("guests")[0].at("tests"), "path");
  for (const char* disturbance : {"driver_reload", "vf_reset", "guest_reboot", "guest_kill"}) {
    EXPECT_EQ(watcher.at(fmt::format("isolation.{}.output_stays_right", disturbance)), "PASS");
    EXPECT_EQ(watcher.at(fmt::format("isolation.{}.rate_stays", disturbance)), "PASS");
  }

  std::set<int> changed;
  for (const auto& event : Events()) {
    if (event.value("event", "") == "change") changed.insert(event.at("id").get<int>());
  }
  EXPECT_GE(changed.size(), 6U) << "the run changed the host";
  EXPECT_EQ(stages.at("unload"), "PASS") << "and put it back";

  const auto build_log = LocalHost().Read(Out() + "/logs/build.log").value_or("");
  EXPECT_THAT(build_log, HasSubstr("ccache: ")) << "the lab's host has it";
  EXPECT_TRUE(LabKeptFile("R")) << "what was compiled is given to the next lab";
  EXPECT_TRUE(LabKeptFile(".xml")) << "and what libvirt learned about QEMU";
}

TEST_F(LabTest, BadPlansAreOneClearErrorAndTouchNothing) {
  const std::string module = R"("module":{"source":")" VFQUAL_SOURCE_DIR R"(/module/lab-gpu"})";
  const std::string head = R"({"schema":"vfqual/plan/1",)" + module;
  for (const auto& [plan, complaint] : {
           std::pair{head + R"(,"guests":[{"device":"0000:00:02.0"}]})", "0000:00:02.0 is the physical function"},
           {head + R"(,"vfs":8})", "8"},
           {R"({"schema":"vfqual/plan/1","module":{"source":"/nowhere"}})", "/nowhere"},
           {head + R"(,"guests":[{])", "not valid JSON"},
           {head + R"(,"vsf":2})", "/vsf: unknown field"},
       }) {
    const auto run = LabWithPlan(plan);
    EXPECT_EQ(run.exit_code, 2) << plan << "\n" << run.out << run.err;
    EXPECT_THAT(run.err, HasSubstr(complaint));
    EXPECT_LT(run.wall_seconds, 20) << "no machine is booted for a wrong plan";
    EXPECT_FALSE(std::filesystem::exists(Out())) << "nothing is written for a wrong plan";
  }
  EXPECT_EQ(RunLab({"--vfs", "8", "--out", Out()}).exit_code, 2);
}

TEST_F(LabTest, AHostThatLacksSomethingIsToldWithTheFix) {
  for (const auto& [fault, complaint, fix] : {std::tuple{"no-iommu", "no IOMMU is in use", "intel_iommu=on"},
                                              {"no-sriov", "no Intel GPU with SR-IOV", "enable SR-IOV and VT-d"},
                                              {"no-libvirt", "libvirt", "systemctl"}}) {
    const auto run = RunLab({"--fault", fault, "--out", Out() + "-" + fault});
    EXPECT_EQ(run.exit_code, 3) << fault;
    EXPECT_THAT(run.out + run.err, AllOf(HasSubstr(complaint), HasSubstr(fix))) << fault;
    EXPECT_THAT(run.out + run.err, Not(HasSubstr("build"))) << fault << ": found before anything is built";
  }
}

}  // namespace
}  // namespace vfqual
