#include "harness/plan/plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/plan/guest_fault.h"
#include "reports/testing/schema_check.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

std::string Text(const std::string& more) {
  return R"({"schema":"vfqual/plan/1","module":{"source":"/src/lab-gpu"})" + more + "}";
}

void ExpectRejected(const std::string& text, const std::string& what) {
  const auto plan = ParsePlan(text, "plan.json");
  ASSERT_FALSE(plan) << text;
  EXPECT_EQ(plan.error().blame, Blame::kInput);
  EXPECT_THAT(plan.error().Message(), HasSubstr(what));
}

TEST(Plan, ShortestPlanGetsDefaults) {
  const auto plan = ParsePlan(Text(R"(,"guests":[{},{}])"), "plan.json");
  ASSERT_TRUE(plan) << plan.error().Message();
  EXPECT_EQ(plan->module.driver, "i915");
  ASSERT_EQ(plan->guests.size(), 2U);
  EXPECT_EQ(plan->guests[1].name, "vf2");
  EXPECT_EQ(plan->guests[1].vf, 2);
  EXPECT_EQ(plan->guests[1].image, "debian-13");
  EXPECT_EQ(plan->stages, ImplementedStages());
}

TEST(Plan, BadPlansAreToldWithTheirPlace) {
  ExpectRejected("{", "plan.json: not valid JSON");
  ExpectRejected("[]", "must be an object");
  ExpectRejected(R"({"schema":"vfqual/plan/1"})", "/module: is missing");
  ExpectRejected(Text(R"(,"vsf":2)"), "/vsf: unknown field");
  ExpectRejected(Text(R"(,"guests":[{"vm":1}])"), "/guests/0/vm: unknown field");
  ExpectRejected(Text(R"(,"vfs":-1)"), "/vfs: is -1");
  ExpectRejected(Text(R"(,"vfs":"two")"), "/vfs: must be a whole number");
  ExpectRejected(Text(R"(,"stages":["build","explode"])"), "stage 'explode'");
  ExpectRejected(Text(R"(,"guests":[{"name":"a"},{"name":"a"}])"), "two guests are named 'a'");
  ExpectRejected(Text(R"(,"guests":[{"vf":1},{"vf":1}])"), "given to two guests");
  ExpectRejected(Text(R"(,"vfs":1,"guests":[{"vf":2}])"), "wants VF 2 of 1");
  ExpectRejected(Text(R"(,"guests":[{"name":"../../etc"}])"), "/guests/0/name");
  ExpectRejected(R"({"schema":"vfqual/plan/2","module":{"source":"x"}})", "/schema");
  ExpectRejected(R"({"schema":"vfqual/plan/1","module":{"source":"x","driver":"nouveau"}})", "must be i915 or xe");
}

TEST(Plan, TheSchemaAndTheReaderAgree) {
  const reports::SchemaCheck schema("../../harness/plan/plan.schema.json");
  const auto full = ParsePlan(Text(R"(,"vfs":3,"pf":"0000:00:02.0","kernels":["6.12"],"guests":[{"name":"g","vf":2,
    "disk":"/d","kernel":"/k","initrd":"/i","command_line":"quiet","kernel_release":"6.12"}],
    "provisioning":{"sched_if_idle":true,"pf":{"exec_quantum_ms":1},"vf":{"2":{"ggtt_quota":4096}}})"),
                              "plan.json");
  ASSERT_TRUE(full) << full.error().Message();
  EXPECT_EQ(schema.Violations(nlohmann::json::parse(PlanToJson(*full))), "");
  for (const char* bad : {R"(,"vsf":2)", R"(,"guests":[{"vm":1}])", R"(,"vfs":-1)", R"(,"stages":["explode"])",
                          R"(,"guests":[{"name":"../../etc"}])", R"(,"provisioning":{"vfs":{"colour":1}})"}) {
    EXPECT_FALSE(ParsePlan(Text(bad), "plan.json")) << bad;
    EXPECT_NE(schema.Violations(nlohmann::json::parse(Text(bad))), "") << bad;
  }
}

TEST(Plan, KnowsEachFaultOfAGuestAndNoOther) {
  const reports::SchemaCheck schema("../../harness/plan/plan.schema.json");
  for (const auto& fault : GuestFaults()) {
    const auto text = Text(fmt::format(R"(,"guests":[{{"lab_fault":"{}"}}])", fault.name));
    const auto plan = ParsePlan(text, "plan.json");
    ASSERT_TRUE(plan) << plan.error().Message();
    EXPECT_EQ(ParsePlan(PlanToJson(*plan), "again.json")->guests[0].lab_fault, fault.name);
    EXPECT_EQ(schema.Violations(nlohmann::json::parse(text)), "") << fault.name;
  }
  ExpectRejected(Text(R"(,"guests":[{"lab_fault":"guest-fire"}])"),
                 "/guests/0/lab_fault: there is no fault 'guest-fire'");
  EXPECT_NE(schema.Violations(nlohmann::json::parse(Text(R"(,"guests":[{"lab_fault":"guest-fire"}])"))), "");
}

TEST(Plan, SurvivesTheTripThroughJson) {
  const auto plan = ParsePlan(Text(R"(,"vfs":3,"pf":"0000:00:02.0","guests":[{"name":"g","device":"0000:00:02.2",
    "disk":"/d","kernel":"/k","initrd":"/i","command_line":"quiet","kernel_release":"6.12","memory_mib":600}],
    "stages":["build","load"],"accelerator":"qemu")"),
                              "plan.json");
  ASSERT_TRUE(plan) << plan.error().Message();
  const auto again = ParsePlan(PlanToJson(*plan), "again.json");
  ASSERT_TRUE(again) << again.error().Message();
  EXPECT_EQ(PlanToJson(*again), PlanToJson(*plan));
  EXPECT_EQ(again->guests[0].device, "0000:00:02.2");
  EXPECT_EQ(again->guests[0].command_line, "quiet");
}

TEST(Plan, StageLists) {
  EXPECT_EQ(ParseStages("build,load", "--stages").value(), (std::vector<std::string>{"build", "load"}));
  EXPECT_FALSE(ParseStages("build,,load", "--stages"));
  EXPECT_FALSE(ParseStages("", "--stages"));
}

}  // namespace
}  // namespace vfqual
