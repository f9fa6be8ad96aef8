#include "reports/render/html/report_html.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "reports/fold/fold.h"
#include "reports/render/html/page_data.h"
#include "reports/testing/schema_check.h"

namespace vfqual::reports {
namespace {

std::string Page(const std::string& journal) {
  return ReportHtml(Fold(ReadSourceFile("reports/testdata/" + journal)));
}

// A matcher would print the whole page.
bool HasText(const std::string& page, std::string_view text) {
  return page.find(text) != std::string::npos;
}

std::vector<std::string> Matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) found.push_back((*at)[1]);
  return found;
}

class ReportHtmlTest : public ::testing::TestWithParam<const char*> {};

// The page without what stands inside its script elements.
std::string Markup(const std::string& page) {
  std::string markup;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t begin = std::min(page.find("<script", at), page.size());
    markup += page.substr(at, begin - at);
    at = begin == page.size() ? begin : page.find("</script>", begin) + std::string_view("</script>").size();
  }
  return markup;
}

TEST_P(ReportHtmlTest, TagsAreBalanced) {
  std::vector<std::string> open;
  const std::set<std::string> without_end = {"meta", "link", "wbr"};
  for (const std::string& tag : Matches(Markup(Page(GetParam())), "<(/?[a-z0-9]+)[ >]")) {
    if (tag[0] != '/') {
      if (!without_end.contains(tag)) open.push_back(tag);
      continue;
    }
    ASSERT_FALSE(open.empty()) << tag;
    ASSERT_EQ("/" + open.back(), tag);
    open.pop_back();
  }
  EXPECT_TRUE(open.empty());
}

TEST_P(ReportHtmlTest, HasNoScriptButItsOwnAndLoadsNothing) {
  const std::string whole = Page(GetParam());
  EXPECT_EQ(Matches(whole, "(<script)").size(), 2U);
  EXPECT_EQ(Matches(whole, "(</script)").size(), 2U);
  EXPECT_TRUE(HasText(whole, "script-src &#39;sha256-"));
  const std::string page = Markup(whole);
  for (const char* tag : {"<script", "<img", "<iframe", "<object", "<form", "@import", "url("}) {
    EXPECT_FALSE(HasText(page, tag));
  }
  // The values of attributes are data; what is left of a tag is its markup.
  const std::string markup = std::regex_replace(page, std::regex("\"[^\"]*\""), "\"\"");
  EXPECT_TRUE(Matches(markup, "<[^>]* (on[a-z]+)=").empty());
  EXPECT_TRUE(Matches(markup, "<[^>]* (src)=").empty());
  EXPECT_TRUE(HasText(page, "default-src &#39;none&#39;"));
}

TEST_P(ReportHtmlTest, LinksLeadIntoThePageTheFolderOrToAnIssue) {
  const std::string page = Markup(Page(GetParam()));
  const std::vector<std::string> ids = Matches(page, " id=\"([^\"]*)\"");
  const std::set<std::string> unique(ids.begin(), ids.end());
  EXPECT_EQ(unique.size(), ids.size());
  const std::vector<std::string> links = Matches(page, "<a href=\"([^\"]*)\"");
  EXPECT_FALSE(links.empty());
  for (const std::string& link : links) {
    if (link[0] == '#') {
      EXPECT_TRUE(unique.contains(link.substr(1))) << link;
    } else {
      EXPECT_TRUE(link.starts_with("https://github.com/") || link.find(':') == std::string::npos) << link;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, ReportHtmlTest, ::testing::Values("passing.jsonl", "failing.jsonl", "hostile.jsonl"),
                         [](const auto& param) {
                           return std::string(param.param).substr(0, std::string(param.param).find('.'));
                         });

TEST(ReportHtml, LabelsLabResultsAboveAllElse) {
  const std::string page = Page("passing.jsonl");
  EXPECT_TRUE(HasText(page, "<body><header><p class=\"lab\">Lab result: the GPU is a stand-in</p>"));
  EXPECT_FALSE(HasText(Markup(Page("failing.jsonl")), "Lab result"));
}

TEST(ReportHtml, LabelsEachCellWhereThereAreSeveral) {
  Report report;
  report.cells.resize(2);
  report.cells[0].platform.id = "lab";
  report.cells[1].platform = {.id = "ADL-N", .name = "", .hardware = true, .pf = {}};
  const std::string page = ReportHtml(report);
  EXPECT_TRUE(HasText(page, "Lab result: the GPU is a stand-in (1 of 2 cells)"));
  EXPECT_EQ(Matches(page, "<p class=\"(lab)\">").size(), 2U);
  EXPECT_TRUE(HasText(page, "<a href=\"#c2\">"));
}

TEST(ReportHtml, NamesTheFirstFailureAndLinksToIt) {
  EXPECT_TRUE(HasText(Page("failing.jsonl"),
                      "First failure: <a href=\"#c1-stage-boot\">boot</a>: vf2: the guest agent did not answer"));
}

TEST(ReportHtml, HostileTextIsShown) {
  EXPECT_TRUE(HasText(Page("hostile.jsonl"), "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"));
}

TEST(ReportHtml, TheGridTellsNoDataChangesAndFlakyCells) {
  Report report;
  for (const char* kernel : {"6.9.1", "6.12.1"}) {
    CellReport cell;
    cell.kernel.release = kernel;
    cell.platform = {.id = "ADL-N", .name = "", .hardware = true, .pf = {}};
    cell.verdict = Verdict::kPass;
    report.cells.push_back(cell);
  }
  report.cells[0].verdict = Verdict::kFail;
  report.cells[0].first_failure = "vfs";
  report.cells[0].history = {
      {.run = "r", .started = "", .cell = "", .verdict = Verdict::kPass, .first_failure = std::nullopt}};
  report.cells[1].platform.id = "TGL";
  report.cells[0].baseline = Verdict::kPass;
  report.cells[1].baseline = Verdict::kFail;
  const std::string page = ReportHtml(report);
  EXPECT_TRUE(HasText(page, "<small>at vfs</small>"));
  EXPECT_TRUE(HasText(page, "▼ worse, was PASS"));
  EXPECT_TRUE(HasText(page, "▲ better, was FAIL"));
  EXPECT_TRUE(HasText(page, "flaky: 1 of 2 passed"));
  EXPECT_EQ(Matches(page, "(class=\"nodata\")").size(), 2U);
  EXPECT_LT(page.find("6.9.1</th>"), page.find("6.12.1</th>"));
}

TEST(ReportHtml, TheAnswerCountsEachReleaseAndTellsWhatChanged) {
  Report report;
  for (const auto& [version, verdict, is_hardware] : {std::tuple("2026.03.05", Verdict::kPass, true),
                                                      {"2026.05.06", Verdict::kFail, true},
                                                      {"2026.03.05", Verdict::kFail, false},
                                                      {"2026.05.06", Verdict::kPass, false}}) {
    CellReport cell;
    cell.kernel.release = "6.12.1";
    cell.platform = {.id = is_hardware ? "ADL-N" : "lab", .name = "", .hardware = is_hardware, .pf = {}};
    cell.module = {.name = "m", .version = version, .driver = "i915", .srcversion = "", .source = ""};
    cell.verdict = cell.unexpected = verdict;
    if (IsBad(verdict)) cell.first_failure = "vfs";
    report.cells.push_back(cell);
  }
  const std::string page = ReportHtml(report);
  const std::size_t begin = page.find("id=\"answer\"");
  const std::string answer = page.substr(begin, page.find("id=\"grid\"") - begin);
  EXPECT_TRUE(HasText(answer, "<a href=\"#release-1\">m 2026.05.06 (i915)</a>"));
  EXPECT_EQ(Matches(answer, "<strong>(1 of 2)</strong>").size(), 2U);
  EXPECT_EQ(Matches(answer, "<td class=\"\">(0 of 1)</td>|<td>(0 of 1)</td>").size(), 1U);  // the new one, on hardware
  EXPECT_TRUE(HasText(answer, "▼ Worse in m 2026.05.06 (i915): 1 cell"));
  EXPECT_TRUE(HasText(answer, "at vfs, was PASS in 2026.03.05"));
  EXPECT_TRUE(HasText(answer, "▲ Better in m 2026.05.06 (i915): 1 cell"));
}

TEST(ReportHtml, TellsThatAllFailuresWereExpected) {
  Report report;
  report.verdict = Verdict::kFail;
  report.unexpected = Verdict::kPass;
  EXPECT_TRUE(HasText(ReportHtml(report), "expected to fail"));
  report.unexpected = Verdict::kFail;
  EXPECT_FALSE(HasText(ReportHtml(report), "expected to fail"));
}

TEST(ReportHtml, ALargeReportIsWrittenAsData) {
  Report report;
  report.cells.resize(kMaxWrittenCells + 1);
  for (CellReport& cell : report.cells) {
    cell.kernel.release = "</script><b>";
    cell.host_tests.push_back({.stage = "pf", .path = "a", .verdict = Verdict::kPass, .seconds = 1, .reason = ""});
  }
  const std::string page = ReportHtml(report);
  EXPECT_FALSE(HasText(page, "<section"));
  EXPECT_EQ(Matches(page, "(</script)").size(), 2U);
  const auto data = nlohmann::json::parse(PageData(report));
  EXPECT_EQ(data.at("cells").size(), report.cells.size());
  EXPECT_EQ(data.at("test_shapes").size(), 1U);
  EXPECT_EQ(data.at("built"), true);
}

TEST(ReportHtml, AnEmptyReportIsAPageToo) {
  const std::string page = ReportHtml(Fold(""));
  EXPECT_TRUE(HasText(page, "the journal is empty"));
  EXPECT_TRUE(HasText(page, "MISS"));
}

TEST(ReportHtml, IsTheSameForTheSameReport) {
  EXPECT_EQ(Page("failing.jsonl"), Page("failing.jsonl"));
}

}  // namespace
}  // namespace vfqual::reports
