#include "reports/triage/triage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/model/text.h"
#include "reports/testing/schema_check.h"
#include "reports/triage/triage_scan.h"
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

  static TriageResult Look(std::string_view log) {
    auto scan = TriageScan::Begin(*triage_);
    EXPECT_TRUE(scan) << scan.error();
    scan->Add(log);
    return scan->Finish();
  }

  static std::vector<std::string> Ids(const std::vector<TriageIssue>& found) {
    std::vector<std::string> ids;
    for (const TriageIssue& issue : found) ids.push_back(triage_->issues()[issue.issue].id);
    return ids;
  }

  inline static std::unique_ptr<Triage> triage_;
};

TEST_F(TriageTest, AMakeLogTellsItsModuleKernelAndStage) {
  const auto result = Look(
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
  const auto result = Look(log);
  EXPECT_EQ(result.known.platform, "ADL-N");
  EXPECT_THAT(Ids(result.issues), IsEmpty());
  EXPECT_THAT(Ids(result.elsewhere), Contains("vfio-map-dma-invalid-arl"));
  EXPECT_EQ(result.elsewhere[0].contradiction, "platform ADL-N is not ARL");
  ASSERT_EQ(result.unknown.size(), 1U);  // and the message still counts as a failure
  EXPECT_EQ(result.stage, "bind");
}

TEST_F(TriageTest, HarmlessMessagesAreNoCause) {
  const auto result =
      Look("i915: module verification failed: signature and/or required key missing - tainting kernel\n");
  EXPECT_THAT(Ids(result.issues), Contains("load-sig-rejected-secure-boot"));
  EXPECT_EQ(result.stage, "");
  EXPECT_THAT(result.next, IsEmpty());
  EXPECT_THAT(TriageText("log", result, *triage_), HasSubstr("harmless: "));
}

TEST_F(TriageTest, AFailureThatNobodyPublishedIsUnknown) {
  const auto result = Look("i915 0000:00:02.0: IOV: Failed to provision VF3 (-EIO)\n");
  EXPECT_THAT(result.issues, IsEmpty());
  ASSERT_EQ(result.unknown.size(), 1U);
  EXPECT_EQ(result.stage, "vfs");
  EXPECT_THAT(result.next, Contains(HasSubstr("Create fewer VFs")));
}

TEST_F(TriageTest, TheFirstFailedStageWins) {
  const auto result = Look("VF1 FLR didn't complete within 100 ms\ni915: Unknown symbol x\nFailed to enable 7 VFs\n");
  EXPECT_EQ(result.stage, "load");
}

TEST_F(TriageTest, HealthyLogsShowNoFailure) {
  for (const char* name : {"lab-6.12-host.log", "lab-6.12-guest.log", "lab-7.3-host.log", "lab-7.3-guest.log"}) {
    const auto result = Look(ReadSourceFile(std::string("reports/testdata/healthy/") + name));
    EXPECT_EQ(result.stage, "") << name;
    EXPECT_THAT(result.unknown, IsEmpty()) << name;
    EXPECT_EQ(result.kind, "kernel log") << name;
  }
  EXPECT_THAT(Look("").issues, IsEmpty());
}

TEST_F(TriageTest, HostileLogsAreHarmless) {
  const std::string hostile =
      "\x1b[31m\xff</script>" + std::string(1'000'000, 'x') + std::string("\0", 1) + "PF aborted\x1b]0;t\x07\n";
  const auto result = Look(hostile);
  const std::string text = TriageText("\x1b[2Jname", result, *triage_);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_TRUE(IsValidUtf8(text));
  EXPECT_LT(text.size(), 5000U);
  const auto json = nlohmann::json::parse(TriageJson("n", result, *triage_).dump());
  EXPECT_EQ(json.at("unknown").at(0).at("evidence").at(0).at("line"), 1);
  EXPECT_EQ(json.at("stage"), "pf");
}

std::string ResultText(const TriageResult& result, const Triage& triage) {
  return TriageText("log", result, triage) + TriageJson("log", result, triage).dump();
}

// Lines that tell facts, a known issue, harmless messages and an unknown failure, in the midst of a long healthy log.
std::string LongLog() {
  const std::string healthy = ReadSourceFile("reports/testdata/healthy/lab-6.12-guest.log");
  std::string log = "Linux version 6.12.95 (x)\n" + healthy;
  log += "pci 0000:00:02.0: [8086:46d1] type 00 class 0x030000\n" + healthy;
  for (int i = 0; i < 5; ++i)
    log += "i915 0000:00:02.0: IOV: Failed to provision VF3 (-EIO)\n" + healthy + "VF1 FLR didn't finish in 5 ms\n";
  return log + "i915 0000:00:02.0: Running in SR-IOV PF mode\nPF aborted";
}

TEST_F(TriageTest, ALogInPiecesTellsTheSame) {
  const std::string log = LongLog();
  const std::string whole = ResultText(Look(log), *triage_);
  EXPECT_THAT(whole, HasSubstr("and 2 more"));
  for (const std::size_t size : {1U, 7U, 100U, 4096U}) {
    auto scan = TriageScan::Begin(*triage_);
    ASSERT_TRUE(scan) << scan.error();
    for (std::size_t at = 0; at < log.size(); at += size) scan->Add(std::string_view(log).substr(at, size));
    EXPECT_EQ(ResultText(scan->Finish(), *triage_), whole) << size;
  }
}

TEST_F(TriageTest, PartsPutTogetherTellTheSame) {
  const std::string log = LongLog();
  const std::string whole = ResultText(Look(log), *triage_);
  for (std::size_t cut = log.find('\n') + 1; cut < log.size(); cut = log.find('\n', cut + 3000) + 1) {
    auto first = TriageScan::Begin(*triage_);
    auto second = TriageScan::Begin(*triage_);
    first->Add(std::string_view(log).substr(0, cut));
    second->Add(std::string_view(log).substr(cut));
    first->Append(*std::move(second));
    EXPECT_EQ(ResultText(first->Finish(), *triage_), whole) << cut;
    if (cut == 0) break;
  }
}

TEST_F(TriageTest, ALineWithoutAnEndIsBounded) {
  auto scan = TriageScan::Begin(*triage_);
  const std::string piece(1'000'000, 'x');
  for (int i = 0; i < 20; ++i) scan->Add(piece);
  scan->Add("\nPF aborted\n");
  const auto result = scan->Finish();
  ASSERT_EQ(result.unknown.size(), 1U);
  EXPECT_EQ(result.unknown[0].evidence[0].line, 2U);
}

TEST_F(TriageTest, NothingIsCompiledAtStart) {
  EXPECT_TRUE(triage_->scanner().is_prebuilt());
  EXPECT_TRUE(LineScanner::Compile(IssuePatterns(triage_->issues()))->is_prebuilt());
  EXPECT_FALSE(LineScanner::Compile({"another pattern"})->is_prebuilt());
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
