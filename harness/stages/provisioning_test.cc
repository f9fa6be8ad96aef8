#include "harness/stages/provisioning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

using reports::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kIov = "/sys/bus/pci/devices/0000:00:02.0/drm/card1/prelim_iov";

class ProvisioningTest : public testing::Test {
 protected:
  ProvisioningTest() {
    host_.SetFile("/proc/sys/kernel/random/boot_id", "b\n");
    pf_.address = {0, 0, 2, 0};
    host_.SetFile(Iov("pf/auto_provisioning"), "1\n");
    host_.SetFile(Iov("pf/gt0/policies/sched_if_idle"), "0\n");
    for (const char* function : {"pf", "vf1", "vf2"}) {
      for (const char* name : {"exec_quantum_ms", "preempt_timeout_us", "ggtt_quota"}) {
        host_.SetFile(Iov(std::string(function) + "/gt0/" + name), "0\n");
      }
    }
  }
  static std::string Iov(const std::string& name) { return std::string(kIov) + "/" + name; }
  PlanProvisioning Plan(const std::string& json, const std::string& driver = "i915") {
    auto read = ReadProvisioning(nlohmann::json::parse(json), "plan.json", driver);
    EXPECT_TRUE(read) << read.error().Message();
    return read.value_or(PlanProvisioning{});
  }
  ChangeLog Changes() {
    return {host_, {}, [](const std::string&) { return Status(); }};
  }

  FakeHost host_;
  PfFacts pf_;
};

TEST_F(ProvisioningTest, QuotasGoInBeforeTheVfsAndAllIsPutBack) {
  const auto files = FindProvisioningFiles(
      host_, pf_, "i915",
      Plan(
          R"({"sched_if_idle":true,"vfs":{"exec_quantum_ms":20},"vf":{"2":{"exec_quantum_ms":40,"ggtt_quota":4096}}})"),
      2);
  ASSERT_TRUE(files) << files.error().Message();
  auto changes = Changes();
  ASSERT_TRUE(WriteQuotas(host_, changes, pf_, *files));
  EXPECT_EQ(host_.ReadTrimmed(Iov("pf/auto_provisioning")).value(), "0");
  EXPECT_EQ(host_.ReadTrimmed(Iov("vf2/gt0/ggtt_quota")).value(), "4096");
  EXPECT_EQ(host_.ReadTrimmed(Iov("vf2/gt0/exec_quantum_ms")).value(), "0");
  ASSERT_TRUE(WriteScheduling(host_, changes, *files));
  EXPECT_EQ(host_.ReadTrimmed(Iov("vf1/gt0/exec_quantum_ms")).value(), "20");
  EXPECT_EQ(host_.ReadTrimmed(Iov("vf2/gt0/exec_quantum_ms")).value(), "40");
  EXPECT_EQ(host_.ReadTrimmed(Iov("pf/gt0/policies/sched_if_idle")).value(), "1");
  for (const auto& test : ReadBack(host_, *files)) EXPECT_EQ(test.verdict, Verdict::kPass) << test.path << test.reason;

  ASSERT_TRUE(changes.UndoAll());
  EXPECT_EQ(host_.ReadTrimmed(Iov("pf/auto_provisioning")).value(), "1");
  for (const char* name : {"vf1/gt0/exec_quantum_ms", "vf2/gt0/exec_quantum_ms", "vf2/gt0/ggtt_quota"}) {
    EXPECT_EQ(host_.ReadTrimmed(Iov(name)).value(), "0") << name;
  }
}

TEST_F(ProvisioningTest, AValueThatDidNotStickIsAFailure) {
  const auto files = FindProvisioningFiles(host_, pf_, "i915", Plan(R"({"pf":{"exec_quantum_ms":10}})"), 2);
  ASSERT_TRUE(files);
  host_.SetFile(Iov("pf/gt0/exec_quantum_ms"), "7\n");
  const auto tests = ReadBack(host_, *files);
  ASSERT_EQ(tests.size(), 1U);
  EXPECT_EQ(tests[0].verdict, Verdict::kFail);
  EXPECT_EQ(tests[0].path, "provisioning.pf.gt0.exec_quantum_ms");
  EXPECT_EQ(tests[0].reason, "10 was written, 7 is read back");
}

constexpr const char* kAdmin = "/sys/bus/pci/devices/0000:00:02.0/sriov_admin/";

// As xe_sriov_pf_sysfs.c has it: of the PF and each of TotalVFs VFs, whether the VFs are there or not.
class XeProvisioningTest : public ProvisioningTest {
 protected:
  XeProvisioningTest() {
    for (const char* function : {"pf", "vf1", "vf2", "vf3"}) {
      host_.SetFile(Admin(function, "exec_quantum_ms"), "0\n");
      host_.SetFile(Admin(function, "preempt_timeout_us"), "0\n");
      SetPriority(function, "low");
    }
    SetPriority("pf", "high");
    const std::string bulk = std::string(kAdmin) + ".bulk_profile/sched_priority";
    host_.SetFile(bulk, "");
    host_.OnWrite(bulk, [this](const std::string& priority) {
      for (const char* function : {"pf", "vf1", "vf2", "vf3"}) SetPriority(function, priority);
    });
  }
  static std::string Admin(const std::string& function, const std::string& name) {
    return kAdmin + function + "/profile/" + name;
  }
  void SetPriority(const std::string& function, const std::string& priority) {
    std::string choices = function == "pf" ? "low normal high" : "low normal";
    choices.replace(choices.find(priority), priority.size(), "[" + priority + "]");
    host_.SetFile(Admin(function, "sched_priority"), choices + "\n");
  }
  std::string Held(const std::string& function, const std::string& name) {
    return host_.ReadTrimmed(Admin(function, name)).value_or("");
  }
};

TEST_F(XeProvisioningTest, IsWrittenReadBackAndPutBack) {
  const auto files = FindProvisioningFiles(host_, pf_, "xe",
                                           Plan(R"({"sched_if_idle":true,"pf":{"exec_quantum_ms":10},
      "vfs":{"exec_quantum_ms":20,"preempt_timeout_us":40000},"vf":{"2":{"exec_quantum_ms":40}}})",
                                                "xe"),
                                           2);
  ASSERT_TRUE(files) << files.error().Message();
  auto changes = Changes();
  ASSERT_TRUE(WriteQuotas(host_, changes, pf_, *files));
  EXPECT_TRUE(host_.Writes().empty()) << "xe has no quotas here";
  const auto written = WriteScheduling(host_, changes, *files);
  ASSERT_TRUE(written) << written.error().Message();
  EXPECT_EQ(Held("pf", "exec_quantum_ms"), "10");
  EXPECT_EQ(Held("vf1", "exec_quantum_ms"), "20");
  EXPECT_EQ(Held("vf2", "exec_quantum_ms"), "40");
  EXPECT_EQ(Held("vf2", "preempt_timeout_us"), "40000");
  EXPECT_EQ(Held("pf", "sched_priority"), "low [normal] high");
  const auto tests = ReadBack(host_, *files);
  ASSERT_EQ(tests.size(), 6U);
  for (const auto& test : tests) EXPECT_EQ(test.verdict, Verdict::kPass) << test.path << test.reason;

  // The firmware aligned it a little, and refused to give VF 2 its time and its priority.
  host_.SetFile(Admin("vf1", "preempt_timeout_us"), "39936\n");
  host_.SetFile(Admin("vf2", "exec_quantum_ms"), "0\n");
  SetPriority("vf2", "low");
  int failed = 0;
  for (const auto& test : ReadBack(host_, *files)) failed += test.verdict == Verdict::kFail ? 1 : 0;
  EXPECT_EQ(failed, 2);

  ASSERT_TRUE(changes.UndoAll());
  for (const char* function : {"pf", "vf1", "vf2"}) {
    EXPECT_EQ(Held(function, "exec_quantum_ms"), "0") << function;
    EXPECT_EQ(Held(function, "preempt_timeout_us"), "0") << function;
  }
  EXPECT_EQ(Held("vf1", "sched_priority"), "[low] normal");
  EXPECT_EQ(host_.ReadTrimmed(Admin("pf", "sched_priority")).value(), "high") << "the PF's own, written last";
}

TEST_F(ProvisioningTest, ADriverWithoutTheFilesIsToldSo) {
  const auto xe = FindProvisioningFiles(host_, pf_, "xe", Plan(R"({"vfs":{"exec_quantum_ms":10}})", "xe"), 1);
  ASSERT_FALSE(xe);
  EXPECT_EQ(xe.error().blame, Blame::kSubject);
  EXPECT_THAT(xe.error().what, HasSubstr("offers no provisioning of vf1"));
  EXPECT_TRUE(TimeSlice(host_, pf_, "xe", 1).empty());
}

TEST_F(ProvisioningTest, TheTimeSliceIsReadWhereTheDriverKeepsIt) {
  host_.SetFile(Iov("vf1/gt0/exec_quantum_ms"), "20\n");
  const auto i915 = TimeSlice(host_, pf_, "i915", 1);
  ASSERT_EQ(i915.size(), 2U);
  EXPECT_EQ(i915[0].path, "sched.gt0.exec_quantum");
  EXPECT_DOUBLE_EQ(i915[0].value, 20);
  host_.SetFile("/sys/bus/pci/devices/0000:00:02.0/sriov_admin/vf1/profile/preempt_timeout_us", "640\n");
  const auto xe = TimeSlice(host_, pf_, "xe", 1);
  ASSERT_EQ(xe.size(), 1U);
  EXPECT_EQ(xe[0].path, "sched.preempt_timeout");
  EXPECT_EQ(xe[0].unit, "us");
}

TEST(PlanProvisioning, WhatADriverDoesNotOfferIsAnInputError) {
  for (const auto& [json, driver, place] :
       {std::tuple{R"({"vfs":{"ggtt_quota":1}})", "xe", "/provisioning/vfs/ggtt_quota"},
        {R"({"pf":{"ggtt_quota":1}})", "i915", "/provisioning/pf/ggtt_quota"},
        {R"({"vf":{"0":{}}})", "i915", "/provisioning/vf/0"},
        {R"({"vf":[1]})", "i915", "/provisioning/vf"},
        {R"({"vfs":{"exec_quantum_ms":-1}})", "i915", "/provisioning/vfs/exec_quantum_ms"}}) {
    const auto read = ReadProvisioning(nlohmann::json::parse(json), "plan.json", driver);
    ASSERT_FALSE(read) << json;
    EXPECT_EQ(read.error().blame, Blame::kInput);
    EXPECT_THAT(read.error().what, HasSubstr(place));
  }
}

TEST(PlanProvisioning, SurvivesTheWayIntoTheLab) {
  const auto json = nlohmann::json::parse(
      R"({"sched_if_idle":false,"pf":{"exec_quantum_ms":5},"vfs":{"contexts_quota":9},"vf":{"3":{"doorbells_quota":2}}})");
  const auto read = ReadProvisioning(json, "plan.json", "i915");
  ASSERT_TRUE(read) << read.error().Message();
  EXPECT_EQ(nlohmann::json(ProvisioningToJson(*read)), json);
  EXPECT_EQ(read->Of(3), (ProvisioningValues{{"contexts_quota", 9}, {"doorbells_quota", 2}}));
}

}  // namespace
}  // namespace vfqual
