#include "reports/issues/expectations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/fold/fold.h"
#include "reports/testing/journal_text.h"

namespace vfqual::reports {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string File(const std::string& path, const std::string& expires, const std::string& applies_to = "{}") {
  return R"({"schema":"vfqual/expectations/1","applies_to":)" + applies_to + R"(,"expect":[{"id":"e","path":")" + path +
         R"(","url":"https://example.org/1","reason":"known","expires":")" + expires + R"("}]})";
}

// A complete run on 1970-01-01 with one guest; each test with its verdict, in the media stage of vf1.
Report FoldRun(const std::vector<std::pair<std::string, Verdict>>& tests) {
  JournalText journal;
  const Place media = {"c", "vf1", "media"};
  journal.Add(RunStarted("r", "vfqual", nlohmann::ordered_json::object()));
  journal.Add(CellStarted("c", {}));
  journal.Add(GuestStarted("c", {.name = "vf1", .vf = "", .image = "", .kernel = ""}));
  journal.Add(StageStarted(media));
  for (const auto& [path, verdict] : tests)
    journal.Add(TestEnded(media, {.path = path, .verdict = verdict, .seconds = 1, .reason = "why"}));
  journal.Add(StageEnded(media, {.verdict = Verdict::kPass, .seconds = 1, .reason = "", .log = ""}));
  journal.Add(RunEnded(1));
  return Fold(journal.text());
}

Report Judged(const std::string& file, const std::vector<std::pair<std::string, Verdict>>& tests) {
  Report report = FoldRun(tests);
  const auto expectations = ParseExpectations({{"e.json", file}});
  EXPECT_TRUE(expectations) << expectations.error();
  ApplyExpectations(*expectations, report);
  return report;
}

auto State(ExpectationState state) {
  return ElementsAre(AllOf(Field(&ExpectationOutcome::id, "e"), Field(&ExpectationOutcome::state, state)));
}

TEST(Expectations, AnExpectedFailureDoesNotDecide) {
  const Report report =
      Judged(File("va.decode", "1970-01-02"), {{"va.decode", Verdict::kFail}, {"va.encode", Verdict::kPass}});
  EXPECT_EQ(report.verdict, Verdict::kFail);
  EXPECT_EQ(report.unexpected, Verdict::kSkip);
  EXPECT_THAT(report.cells[0].expectations, State(ExpectationState::kExpectedFailure));
}

TEST(Expectations, AnotherFailureDecidesAllTheSame) {
  const Report report =
      Judged(File("va.decode", "1970-01-02"), {{"va.decode", Verdict::kFail}, {"va.encode", Verdict::kFail}});
  EXPECT_EQ(report.unexpected, Verdict::kFail);
}

TEST(Expectations, AnotherVerdictIsNotTheExpectedOne) {
  const Report report = Judged(File("va.decode", "1970-01-02"), {{"va.decode", Verdict::kError}});
  EXPECT_EQ(report.unexpected, Verdict::kError);
  EXPECT_THAT(report.cells[0].expectations, IsEmpty());
}

TEST(Expectations, AnExpiredOneCountsNoMore) {
  const Report report = Judged(File("va.*", "1970-01-01"), {{"va.decode", Verdict::kFail}});
  EXPECT_EQ(report.unexpected, Verdict::kFail);
  EXPECT_THAT(report.cells[0].expectations, State(ExpectationState::kExpired));
}

TEST(Expectations, AnUnexpectedPassAndAMissingTestAreTold) {
  EXPECT_THAT(Judged(File("va.decode", "1970-01-02"), {{"va.decode", Verdict::kPass}}).cells[0].expectations,
              State(ExpectationState::kUnexpectedPass));
  EXPECT_THAT(Judged(File("va.decode", "1970-01-02"), {{"va.encode", Verdict::kPass}}).cells[0].expectations,
              State(ExpectationState::kMissing));
}

TEST(Expectations, OneOfAnotherPlatformIsNoneOfTheCell) {
  Report report = FoldRun({{"va.decode", Verdict::kFail}});
  report.cells[0].platform.id = "TGL";
  const auto expectations =
      ParseExpectations({{"e.json", File("va.decode", "1970-01-02", R"({"platforms":["MTL"]})")}});
  ApplyExpectations(*expectations, report);
  EXPECT_EQ(report.unexpected, Verdict::kFail);
  EXPECT_THAT(report.cells[0].expectations, IsEmpty());
}

TEST(Expectations, ADamagedRunIsNeverExpected) {
  Report report = Fold("");
  ApplyExpectations({}, report);
  EXPECT_EQ(report.unexpected, Verdict::kMiss);
}

TEST(Expectations, AnErrorNamesTheFile) {
  EXPECT_THAT(ParseExpectations({{"e.json", File("a", "soon")}}).error(),
              HasSubstr("e.json: e: expires is not a date"));
  EXPECT_THAT(ParseExpectations({{"e.json", File("a", "2027-01-01", R"({"kernels":["new"]})")}}).error(),
              HasSubstr("\"new\" is not a range"));
  EXPECT_FALSE(ParseExpectations({{"e.json", "[]"}}));
}

}  // namespace
}  // namespace vfqual::reports
