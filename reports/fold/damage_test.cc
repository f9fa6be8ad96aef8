// Journals that are cut, damaged or hostile: never a crash, and never a PASS that was not earned.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "reports/fold/fold.h"
#include "reports/model/report_json.h"
#include "reports/testing/journal_text.h"
#include "reports/testing/schema_check.h"

namespace vfqual::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using enum Verdict;

JournalText Passing() {
  JournalText journal;
  const Place build = {.cell = "c", .guest = std::nullopt, .stage = "build"};
  journal.Add(RunStarted("r", "vfqual", nullptr))
      .Add(CellStarted("c", {}))
      .Add(StageStarted(build))
      .Add(StageEnded(build, {kPass, 1, "", ""}));
  return journal;
}

void ExpectDamage(const Report& report, std::uint64_t line, const std::string& message) {
  EXPECT_EQ(report.verdict, kMiss);
  ASSERT_FALSE(report.journal_problems.empty());
  EXPECT_EQ(report.journal_problems[0].line, line);
  EXPECT_THAT(report.journal_problems[0].message, HasSubstr(message));
  EXPECT_THAT(report.reason, HasSubstr("line " + std::to_string(line)));
}

std::string Schema(const Report& report) {
  static const SchemaCheck schema("report.schema.json");
  return schema.Violations(nlohmann::json::parse(ReportJsonText(report)));
}

class CutJournal : public ::testing::TestWithParam<const char*> {};

TEST_P(CutJournal, IsNeverPassWhereverItIsCut) {
  const std::string journal = ReadSourceFile(std::string("reports/testdata/") + GetParam());
  for (std::size_t bytes = 0; bytes + 1 < journal.size(); bytes += 41) {
    const Report report = Fold(std::string_view(journal).substr(0, bytes));
    ASSERT_TRUE(IsBad(report.verdict)) << bytes;
    ASSERT_FALSE(report.reason.empty()) << bytes;
  }
}

TEST_P(CutJournal, FitsTheSchemaAfterEachLine) {
  const std::string journal = ReadSourceFile(std::string("reports/testdata/") + GetParam());
  for (std::size_t end = journal.find('\n'); end != std::string::npos; end = journal.find('\n', end + 1)) {
    const Report report = Fold(std::string_view(journal).substr(0, end + 1));
    ASSERT_EQ(Schema(report), "") << end;
    ASSERT_TRUE(end + 1 == journal.size() || IsBad(report.verdict)) << end;
  }
}

TEST_P(CutJournal, WithoutAnyOneLineIsNeverPass) {
  const std::string journal = ReadSourceFile(std::string("reports/testdata/") + GetParam());
  for (std::size_t begin = 0; begin < journal.size(); begin = journal.find('\n', begin) + 1) {
    std::string damaged = journal;
    damaged.erase(begin, journal.find('\n', begin) + 1 - begin);
    ASSERT_TRUE(IsBad(Fold(damaged).verdict)) << begin;
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, CutJournal, ::testing::Values("passing.jsonl", "failing.jsonl", "hostile.jsonl"),
                         [](const auto& param) {
                           return std::string(param.param, std::string(param.param).find('.'));
                         });

TEST(DamagedJournal, BadLinesAreToldAndTheFoldGoesOn) {
  const std::pair<std::string, const char*> cases[] = {
      {"{\"seq\":4,", "is not JSON"},
      {"garbage", "is not JSON"},
      {"[1,2]", "is not an event"},
      {"{\"seq\":4}", "is not an event"},
      {"{\"seq\":4,\"event\":7}", "is not an event"},
      {"{\"event\":\"warning\"}", "has no sequence number"},
      {"{\"seq\":-1,\"event\":\"warning\"}", "has no sequence number"},
      {"{\"seq\":1e999,\"event\":\"warning\"}", "is not JSON"},
      {std::string(9'000'000, '['), "is 9000000 bytes long"},
      {std::string(1'000'000, '['), "is not JSON"},
      {std::string("\0\0\0\0", 4), "is not JSON"},
  };
  for (const auto& [line, message] : cases) {
    JournalText journal = Passing();
    journal.AddLine(line).Add(RunEnded(7));
    const Report report = Fold(journal.text());
    ExpectDamage(report, 5, message);
    EXPECT_THAT(report.journal_problems, SizeIs(1)) << message;
    EXPECT_EQ(report.run.seconds, 7) << message;
    EXPECT_EQ(report.cells[0].verdict, kMiss) << message;
    EXPECT_THAT(report.cells[0].reason, HasSubstr("line 5")) << message;
  }
}

TEST(DamagedJournal, ADamagedLineMayHaveHadANumber) {
  JournalText journal = Passing();
  journal.AddLine("{\"seq\":4,\"ti").Lose().Add(RunEnded(7));
  const Report report = Fold(journal.text());
  EXPECT_THAT(report.journal_problems, SizeIs(1));
}

TEST(DamagedJournal, LostAndRepeatedNumbersAreTold) {
  JournalText lost = Passing();
  lost.Lose().Add(RunEnded(1));
  ExpectDamage(Fold(lost.text()), 5, "has sequence number 5 where 4 should be");
  JournalText twice = Passing();
  twice.AddLine(R"({"seq":1,"time":"1970-01-01T00:00:01.000Z","event":"run_ended","seconds":99})").Add(RunEnded(1));
  const Report report = Fold(twice.text());
  ExpectDamage(report, 5, "has sequence number 1 where 4 should be");
  EXPECT_EQ(report.run.seconds, 1);
}

TEST(DamagedJournal, MissingAndWrongFieldsAreTold) {
  const std::pair<Event, const char*> cases[] = {
      {{"stage_ended", {{"cell", "c"}, {"guest", nullptr}, {"stage", "pf"}, {"seconds", 1}}}, "no verdict"},
      {{"stage_ended", {{"cell", "c"}, {"guest", nullptr}, {"stage", "pf"}, {"seconds", 1}, {"verdict", "OK"}}},
       "no verdict"},
      {{"stage_ended", {{"cell", "c"}, {"guest", nullptr}, {"stage", "pf"}, {"seconds", -1}, {"verdict", "PASS"}}},
       "no number of seconds"},
      {{"stage_started", {{"cell", ""}, {"guest", nullptr}, {"stage", "pf"}}}, "no name in \"cell\""},
      {{"stage_started", {{"cell", 5}, {"guest", nullptr}, {"stage", "pf"}}}, "no text in \"cell\""},
      {{"test", {{"cell", "c"}, {"guest", 3}, {"stage", "pf"}}}, "\"guest\""},
      {{"kernel_log", {{"cell", "c"}, {"guest", nullptr}, {"uptime_us", 1.5}, {"level", 1}, {"message", ""}}},
       "no whole number in \"uptime_us\""},
      {{"run_ended", nlohmann::ordered_json::object()}, "no number of seconds"},
      {{"run_started", nlohmann::ordered_json::object()}, "schema"},
  };
  for (const auto& [event, message] : cases) {
    JournalText journal = Passing();
    journal.Add(event).Add(RunEnded(1));
    const Report report = Fold(journal.text());
    ExpectDamage(report, 5, message);
    EXPECT_EQ(Schema(report), "");
  }
}

TEST(DamagedJournal, BeginsWithRunStarted) {
  JournalText journal;
  journal.Add(CellStarted("c", {}));
  ExpectDamage(Fold(journal.text()), 1, "comes before run_started");
}

TEST(DamagedJournal, OnlyTheCellItFallsInIsDoubted) {
  JournalText journal = Passing();
  const Place build = {.cell = "d", .guest = std::nullopt, .stage = "build"};
  journal.Add(CellStarted("d", {})).AddLine("broken").Add(StageEnded(build, {kPass, 1, "", ""})).Add(RunEnded(1));
  const Report report = Fold(journal.text());
  EXPECT_EQ(report.cells[0].verdict, kPass);
  EXPECT_EQ(report.cells[1].verdict, kMiss);
}

TEST(DamagedJournal, AFloodOfDamageIsCounted) {
  JournalText journal = Passing();
  for (int i = 0; i < 1000; ++i) journal.AddLine("garbage");
  const Report report = Fold(journal.text());
  EXPECT_THAT(report.journal_problems, SizeIs(100));
  EXPECT_EQ(report.journal_problems_left_out, 900U);
}

TEST(HostileJournal, NumbersOutOfRangeAreBounded) {
  JournalText journal = Passing();
  const char* const line =
      R"({"seq":4,"time":"1970-01-01T00:00:01.000Z","event":"kernel_log","cell":"c","guest":null,"stage":"pf",)"
      R"("uptime_us":18446744073709551615,"level":-9223372036854775808,"message":"m"})";
  journal.AddLine(line).Lose().Add(RunEnded(1));
  const Report report = Fold(journal.text());
  EXPECT_EQ(report.verdict, kPass);
  EXPECT_EQ(report.cells[0].kernel_log[0].uptime_us, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(report.cells[0].kernel_log[0].level, std::numeric_limits<int>::min());
  EXPECT_EQ(Schema(report), "");
}

TEST(HostileJournal, NothingInItActsUnseen) {
  const std::string json = ReportJsonText(Fold(ReadSourceFile("reports/testdata/hostile.jsonl")));
  for (const char* hidden : {"\\u0000", "\\u001b", "\\u0007", "\\u007f", "\u202e", "\u200b", "\u2028"}) {
    EXPECT_EQ(json.find(hidden), std::string::npos) << hidden;
  }
  EXPECT_THAT(json, HasSubstr("␛[2J"));
}

}  // namespace
}  // namespace vfqual::reports
