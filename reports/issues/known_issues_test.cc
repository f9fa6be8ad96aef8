#include "reports/issues/known_issues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "reports/fold/fold.h"
#include "reports/testing/journal_text.h"
#include "reports/testing/temp_folder.h"

namespace vfqual::reports {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

std::string IssueFile(const std::string& id, const std::string& pattern, const std::string& more = "") {
  return R"({"schema":"vfqual/known-issue/1","id":")" + id +
         R"(","issue":"a/b#1","url":"https://example.org/1","title":"t",)" +
         R"("class":"probe","severity":"failure","sides":["host"],"signatures":[{"pattern":")" + pattern +
         R"(","sample":"s"}])" + more + "}";
}

std::vector<std::pair<std::size_t, std::string>> LinesOf(const LineScanner& scanner, std::string_view text) {
  std::vector<std::pair<std::size_t, std::string>> lines;
  scanner.Scan(text, [&](std::size_t pattern, std::size_t offset, std::string_view line) {
    EXPECT_EQ(text.substr(offset, line.size()), line);
    lines.emplace_back(pattern, line);
  });
  return lines;
}

TEST(LineScanner, TellsEachLineOncePerPattern) {
  const auto scanner = LineScanner::Compile({"seqno [0-9]+", "second.*line"});
  ASSERT_TRUE(scanner) << scanner.error();
  EXPECT_THAT(LinesOf(*scanner, "first seqno 123 seqno 4\nsecond 9 line seqno 5\nthird"),
              ElementsAre(Pair(0, "first seqno 123 seqno 4"), Pair(1, "second 9 line seqno 5"),
                          Pair(0, "second 9 line seqno 5")));
  EXPECT_THAT(LinesOf(*scanner, "second\nline"), IsEmpty());
  EXPECT_THAT(LinesOf(*scanner, std::string("a\0b seqno 7\0c", 13)),
              ElementsAre(Pair(0, std::string("a\0b seqno 7\0c", 13))));
  EXPECT_THAT(LinesOf(*scanner, ""), IsEmpty());
}

TEST(LineScanner, RefusesWhatCouldMatchMoreThanALine) {
  for (const char* pattern : {"", "a[^b]c", "a\\sb", "a$", "a\\Db", "a\nb"}) {
    EXPECT_FALSE(LineScanner::Compile({"fine", pattern})) << pattern;
  }
  const auto broken = LineScanner::Compile({"fine", "a(b"});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error(), HasSubstr("a(b"));
  EXPECT_TRUE(LineScanner::Compile({}));
}

TEST(KnownIssues, AnErrorNamesTheFile) {
  const auto error = [](const KnownIssues::Files& files) { return KnownIssues::Parse(files).error(); };
  EXPECT_THAT(error({{"a.json", "{"}}), HasSubstr("a.json: "));
  EXPECT_THAT(error({{"a.json", "{}"}}), HasSubstr("a.json: "));
  EXPECT_THAT(error({{"a.json", IssueFile("x", "abc", R"(,"applies_to":{"kernels":["6.12"]})")}}),
              HasSubstr("a.json: \"6.12\" is not a range of versions"));
  EXPECT_THAT(error({{"a.json", IssueFile("x", "abc")}, {"b.json", IssueFile("x", "abc")}}), HasSubstr("two of x"));
}

TEST(KnownIssues, AFolderReplacesTheBuiltInOnes) {
  const TempFolder folder;
  folder.Write("x.json", IssueFile("x", "abcd"));
  folder.Write("known-issue.schema.json", "{}");
  const auto issues = KnownIssues::FromFolder(folder.Path());
  ASSERT_TRUE(issues) << issues.error();
  EXPECT_EQ(issues->issues().size(), 1U);
  EXPECT_FALSE(KnownIssues::FromFolder(folder.Path("none")));
}

class KnownIssuesInFold : public ::testing::Test {
 protected:
  // The known issues of a cell on kernel 6.12.107 with i915 2026.03.05 on an N100 whose log holds the message.
  static std::vector<KnownIssueMatch> Match(const std::string& file,
                                            const std::optional<std::string>& guest = std::nullopt) {
    const auto issues = KnownIssues::Parse({{"x.json", file}});
    EXPECT_TRUE(issues) << issues.error();
    JournalText journal;
    journal.Add(RunStarted("r", "vfqual", nlohmann::ordered_json::object()));
    journal.Add(CellStarted("c", {.kernel = KernelFacts{.release = "6.12.107+deb13-amd64", .distribution = "debian 13"},
                                  .platform = std::nullopt,
                                  .module = std::nullopt}));
    journal.Add(GuestStarted("c", {.name = "vf1", .vf = "", .image = "debian-13", .kernel = "6.8.0-44-generic"}));
    for (int i = 0; i < 3; ++i)
      journal.Add(KernelLog({"c", guest, "probe"}, i, 5, "drm: it broke in " + std::to_string(i)));
    PlatformFacts platform;
    platform.id = "ADL-N";
    ModuleFacts module;
    module.version = "2026.03.05";
    module.driver = "i915";
    // Told after the log: conditions hold for what is known at the end.
    journal.Add(CellUpdated("c", {.kernel = std::nullopt, .platform = platform, .module = module}));
    return Fold(journal.text(), &*issues).cells.at(0).known_issues;
  }
  static std::string WithConditions(const std::string& conditions) {
    return IssueFile("x", "it broke", R"(,"applies_to":)" + conditions);
  }
};

TEST_F(KnownIssuesInFold, AMatchHasItsStageGuestAndFirstLine) {
  EXPECT_THAT(Match(IssueFile("x", "it broke")),
              ElementsAre(AllOf(Field(&KnownIssueMatch::id, "x"), Field(&KnownIssueMatch::stage, "probe"),
                                Field(&KnownIssueMatch::guest, std::nullopt),
                                Field(&KnownIssueMatch::line, "drm: it broke in 0"), Field(&KnownIssueMatch::lines, 3U),
                                Field(&KnownIssueMatch::severity, "failure"))));
}

TEST_F(KnownIssuesInFold, EachConditionMustHold) {
  EXPECT_EQ(Match(IssueFile("x", "it broke"), "vf1").size(), 0U);  // an issue of the host
  for (const char* holds : {R"({"kernels":[">=6.12.83 <6.13"]})", R"({"modules":["<2026.03.05.1"]})",
                            R"({"platforms":["TGL","ADL-N"]})", R"({"driver":"i915"})"}) {
    EXPECT_EQ(Match(WithConditions(holds)).size(), 1U) << holds;
  }
  for (const char* fails : {R"({"kernels":["6.8.*"]})", R"({"modules":["<2025.01.01"]})", R"({"platforms":["TGL"]})",
                            R"({"driver":"xe"})"}) {
    EXPECT_EQ(Match(WithConditions(fails)).size(), 0U) << fails;
  }
}

TEST(Contradiction, WhatIsNotKnownSpeaksAgainstNothing) {
  const Conditions conditions = {
      .sides = {"lxc"}, .kernels = {"6.8.*"}, .modules = {"<2025.01.01"}, .platforms = {"TGL"}, .driver = "xe"};
  EXPECT_EQ(Contradiction(conditions, {}), "");
  Circumstances known;
  known.side = "host";             // a container's kernel log is its host's
  known.module_version = "0.1.0";  // not a dated release
  EXPECT_EQ(Contradiction(conditions, known), "");
  known.kernel = "6.12.1";
  EXPECT_EQ(Contradiction(conditions, known), "kernel 6.12.1 is not 6.8.*");
}

}  // namespace
}  // namespace vfqual::reports
