#include "reports/triage/triage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/model/text.h"
#include "reports/testing/schema_check.h"
#include "reports/triage/triage_text.h"

namespace vfqual::reports {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class TriageTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto issues = LoadKnownIssues({});
    ASSERT_TRUE(issues) << issues.error();
    auto triage = Triage::Create(*std::move(issues), [](const std::string& device) {
      return device == "7d67" ? "ARL" : device == "46d1" ? "ADL-N" : "";
    });
    ASSERT_TRUE(triage) << triage.error();
    triage_ = std::make_unique<Triage>(*std::move(triage));
  }
  static void TearDownTestSuite() { triage_.reset(); }

  static std::vector<std::string> Ids(const std::vector<TriageIssue>& found) {
    std::vector<std::string> ids;
    for (const TriageIssue& issue : found) ids.push_back(triage_->issues()[issue.issue].id);
    return ids;
  }

  inline static std::unique_ptr<Triage> triage_;
};

TEST_F(TriageTest, AMakeLogTellsItsModuleKernelAndStage) {
  const auto result = triage_->Look(
      "DKMS make.log for i915-sriov-dkms-2026.03.05 for kernel 6.12.85+deb13-amd64 (x86_64)\n"
      "make[2]: Entering directory\n"
      "/var/lib/dkms/i915-sriov-dkms/2026.03.05/build/drivers/gpu/drm/i915/i915_gem.c:283:20: error: implicit "
      "declaration of "
      "function ‘__copy_from_user_inatomic_nocache’; did you mean ‘__copy_from_user_inatomic’?\n");
  EXPECT_EQ(result.kind, "DKMS make.log");
  EXPECT_EQ(result.known.kernel, "6.12.85+deb13-amd64");
  EXPECT_EQ(result.known.module_version, "2026.03.05");
  EXPECT_EQ(result.stage, "build");
  EXPECT_THAT(Ids(result.issues), Contains("build-copy-from-user-nocache-renamed"));
  EXPECT_EQ(result.issues[0].evidence[0].line, 3U);
  EXPECT_THAT(result.unknown, IsEmpty());
  EXPECT_THAT(result.next, Contains(HasSubstr("Pin 6.19.13")));
}

TEST_F(TriageTest, ConditionsThatDoNotHoldMakeNoCause) {
  const std::string log =
      "Linux version 6.14.8-3-bpo12-pve (build@pve)\npci 0000:00:02.0: [8086:46d1] type 00 class 0x030000\n"
      "kvm: vfio_container_dma_map(0x5d0d5c2a3c50, 0x380010000000, 0x20000000, 0x7d2f40000000) = -22 (Invalid "
      "argument)\n";
  const auto result = triage_->Look(log);
  EXPECT_EQ(result.known.platform, "ADL-N");
  EXPECT_THAT(Ids(result.issues), IsEmpty());
  EXPECT_THAT(Ids(result.elsewhere), Contains("vfio-map-dma-invalid-arl"));
  EXPECT_EQ(result.elsewhere[0].contradiction, "platform ADL-N is not ARL");
  ASSERT_EQ(result.unknown.size(), 1U);  // and the message still counts as a failure
  EXPECT_EQ(result.stage, "bind");
}

TEST_F(TriageTest, HarmlessMessagesAreNoCause) {
  const auto result =
      triage_->Look("i915: module verification failed: signature and/or required key missing - tainting kernel\n");
  EXPECT_THAT(Ids(result.issues), Contains("load-sig-rejected-secure-boot"));
  EXPECT_EQ(result.stage, "");
  EXPECT_THAT(result.next, IsEmpty());
  EXPECT_THAT(TriageText("log", result, *triage_), HasSubstr("harmless: "));
}

TEST_F(TriageTest, AFailureThatNobodyPublishedIsUnknown) {
  const auto result = triage_->Look("i915 0000:00:02.0: IOV: Failed to provision VF3 (-EIO)\n");
  EXPECT_THAT(result.issues, IsEmpty());
  ASSERT_EQ(result.unknown.size(), 1U);
  EXPECT_EQ(result.stage, "vfs");
  EXPECT_THAT(result.next, Contains(HasSubstr("Create fewer VFs")));
}

TEST_F(TriageTest, TheFirstFailedStageWins) {
  const auto result =
      triage_->Look("VF1 FLR didn't complete within 100 ms\ni915: Unknown symbol x\nFailed to enable 7 VFs\n");
  EXPECT_EQ(result.stage, "load");
}

TEST_F(TriageTest, HealthyLogsShowNoFailure) {
  for (const char* name : {"lab-6.12-host.log", "lab-6.12-guest.log", "lab-7.3-host.log", "lab-7.3-guest.log"}) {
    const auto result = triage_->Look(ReadSourceFile(std::string("reports/testdata/healthy/") + name));
    EXPECT_EQ(result.stage, "") << name;
    EXPECT_THAT(result.unknown, IsEmpty()) << name;
    EXPECT_EQ(result.kind, "kernel log") << name;
  }
  EXPECT_THAT(triage_->Look("").issues, IsEmpty());
}

TEST_F(TriageTest, HostileLogsAreHarmless) {
  const std::string hostile =
      "\x1b[31m\xff</script>" + std::string(1'000'000, 'x') + std::string("\0", 1) + "PF aborted\x1b]0;t\x07\n";
  const auto result = triage_->Look(hostile);
  const std::string text = TriageText("\x1b[2Jname", result, *triage_);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_TRUE(IsValidUtf8(text));
  EXPECT_LT(text.size(), 5000U);
  const auto json = nlohmann::json::parse(TriageJson("n", result, *triage_).dump());
  EXPECT_EQ(json.at("unknown").at(0).at("evidence").at(0).at("line"), 1);
  EXPECT_EQ(json.at("stage"), "pf");
}

TEST_F(TriageTest, EachFailureMessageNamesAStageAndCompiles) {
  for (const FailureMessage& message : triage_->messages()) {
    EXPECT_TRUE(LineScanner::Compile({message.pattern})) << message.pattern;
    EXPECT_FALSE(message.meaning.empty());
    EXPECT_FALSE(message.next.empty());
  }
}

}  // namespace
}  // namespace vfqual::reports
