// Text that a guest, a module or a file's name may hold: harmless and visible in every format that is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <string>
#include <utility>
#include <vector>

#include "reports/compare/compare.h"
#include "reports/compare/comparison_text.h"
#include "reports/events/event_writer.h"
#include "reports/fold/fold.h"
#include "reports/merge/merge.h"
#include "reports/model/report_json.h"
#include "reports/model/text.h"
#include "reports/render/html/page_data.h"
#include "reports/render/html/report_html.h"
#include "reports/render/junit.h"
#include "reports/render/kcidb.h"
#include "reports/render/summary_markdown.h"
#include "reports/render/terminal.h"
#include "reports/testing/schema_check.h"
#include "reports/testing/temp_folder.h"
#include "reports/triage/triage_scan.h"
#include "reports/triage/triage_text.h"

namespace vfqual::reports {
namespace {

struct Hostile {
  std::string name;
  std::string text;
  std::string visible;          // in plain text
  std::string visible_escaped;  // in HTML, XML and Markdown
};

std::vector<Hostile> AllHostile() {
  return {{"Markup", "</script><img src=x onerror=alert(1)>", "</script><img src=x onerror=alert(1)>",
           "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"},
          {"AnsiEscapes", "\x1b[2J\x1b[31mred\x1b]0;title\x07", "␛[31mred␛]0;title␇", "red␛"},
          {"InvalidUtf8", "bad\xff\xc0\x80utf8", "bad\uFFFD\uFFFD\uFFFDutf8", "bad\uFFFD\uFFFD\uFFFDutf8"},
          {"Nul", std::string("nul\0here", 8), "nul␀here", "nul␀here"},
          {"LongLine", std::string(200'000, 'x'), "bytes cut]", "bytes cut"},
          {"Bidirectional", "a\u202Eb", "a[U+202E]b", "U+202E"}};
}

// Each text of a journal is the hostile one. The cell fails, so that every reason is told.
std::string Journal(const std::string& text, Verdict verdict) {
  const TempFolder folder;
  const std::string path = folder.Path("events.jsonl");
  {
    const auto created = EventWriter::Create(path);
    EXPECT_TRUE(created) << created.error();
    EventWriter& writer = **created;
    const Place host = {"cell", std::nullopt, "pf"};
    const Place guest = {"cell", text, "media"};
    writer.Write(RunStarted(text, text, {{"x", "y"}}));
    writer.Write(CellStarted(
        "cell",
        {.kernel = KernelFacts{.release = text, .distribution = text},
         .platform = PlatformFacts{.id = text, .name = text, .hardware = false, .pf = {text, text, text, 7}},
         .module = ModuleFacts{.name = text, .version = text, .driver = text, .srcversion = text, .source = text}}));
    writer.Write(GuestStarted("cell", {.name = text, .vf = text, .image = text, .kernel = text}));
    writer.Write(StageStarted(host));
    writer.Write(KernelLog(host, 1, 3, text));
    writer.Write(TestEnded(host, {.path = text, .verdict = verdict, .seconds = 1, .reason = text}));
    writer.Write(Metric(host, {.path = text, .value = 1, .unit = text, .samples = {1, 2}}));
    writer.Write(StageEnded(host, {.verdict = verdict, .seconds = 1, .reason = text, .log = text}));
    writer.Write(StageStarted(guest));
    writer.Write(KernelLog(guest, 1, 3, text));
    writer.Write(TestEnded(guest, {.path = text, .verdict = verdict, .seconds = 1, .reason = text}));
    writer.Write(Metric(guest, {.path = text, .value = 1, .unit = text, .samples = {}}));
    writer.Write(Warning(guest, text));
    writer.Write(KnownIssue(guest, text, text, text));
    writer.Write(Change({.id = 1, .what = text, .target = text, .before = text, .after = text}));
    writer.Write(StageEnded(guest, {.verdict = verdict, .seconds = 1, .reason = text, .log = text}));
    writer.Write(RunEnded(1, false, text));
    EXPECT_EQ(writer.FirstError(), "");
  }
  return folder.Read("events.jsonl");
}

class HostileText : public ::testing::TestWithParam<Hostile> {
 protected:
  HostileText()
      : report_(Fold(Journal(GetParam().text, Verdict::kFail))), base_(Fold(Journal(GetParam().text, Verdict::kPass))) {
    Report grid = report_;
    grid.cells.push_back(grid.cells.front());
    grid.cells.back().id = "other";
    grid.cells.back().module.version += "2";
    merged_ = Merge({grid});
    SetBaseline(base_, merged_);
  }

  // No byte that acts unseen, and the text can be seen.
  static void ExpectHarmless(const std::string& out, const std::string& visible) {
    EXPECT_TRUE(IsValidUtf8(out));
    for (const char* hidden : {"\x1b", "\x07", "\x7f", "\u202E", "\u200B"})
      EXPECT_EQ(out.find(hidden), std::string::npos);
    EXPECT_EQ(out.find('\0'), std::string::npos);
    EXPECT_NE(out.find(visible), std::string::npos) << visible << " is not in\n" << out.substr(0, 2000);
    EXPECT_LT(out.size(), 3'000'000U);
  }

  static void ExpectNoMarkup(const std::string& out) {
    EXPECT_EQ(out.find("<img"), std::string::npos);
    EXPECT_EQ(out.find("onerror=alert(1)>"), std::string::npos);
  }

  Report report_;
  Report base_;
  Report merged_;
};

TEST_P(HostileText, InReportJson) {
  for (const Report* report : {&report_, &merged_}) {
    const std::string json = ReportJsonText(*report);
    ExpectHarmless(json, GetParam().visible);
    EXPECT_EQ(SchemaCheck("report.schema.json").Violations(nlohmann::json::parse(json)), "");
  }
}

TEST_P(HostileText, InReportHtml) {
  for (const Report* report : {&report_, &merged_}) {
    const std::string page = ReportHtml(*report);
    ExpectHarmless(page, GetParam().visible_escaped);
    ExpectNoMarkup(page.substr(0, page.find("<script")));
    EXPECT_EQ(page.find("<script"), page.find("<script type=\"application/json\""));
    EXPECT_EQ(PageData(*report).find('<'), std::string::npos);
    EXPECT_FALSE(nlohmann::json::parse(PageData(*report)).empty());
  }
}

TEST_P(HostileText, InSummaryMarkdown) {
  for (const Report* report : {&report_, &merged_}) {
    const std::string summary = SummaryMarkdown(*report);
    ExpectHarmless(summary, GetParam().visible_escaped);
    ExpectNoMarkup(summary);
  }
}

TEST_P(HostileText, InJunitXml) {
  const std::string xml = JunitXml(report_);
  ExpectHarmless(xml, GetParam().visible_escaped);
  ExpectNoMarkup(xml);
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(xml.c_str()));
}

TEST_P(HostileText, InKcidbJson) {
  const std::string json = KcidbJson(report_);
  ExpectHarmless(json, GetParam().visible);
  const auto document = nlohmann::json::parse(json);
  for (const auto& test : document.at("tests")) {
    const std::string path = test.at("path");
    EXPECT_EQ(path.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."),
              std::string::npos);
    EXPECT_LE(test.value("log_excerpt", "").size(), 16384U);
  }
}

TEST_P(HostileText, InTheTerminal) {
  for (const Report* report : {&report_, &merged_}) ExpectHarmless(TerminalText(*report, false), GetParam().visible);
  // With colours there are escapes, and none but ours.
  std::string coloured = TerminalText(merged_, true);
  for (const char* own : {"\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[36m", "\x1b[2m", "\x1b[0m"}) {
    for (auto at = coloured.find(own); at != std::string::npos; at = coloured.find(own))
      coloured.erase(at, std::string(own).size());
  }
  EXPECT_EQ(coloured, TerminalText(merged_, false));
}

TEST_P(HostileText, InAComparison) {
  const Comparison comparison = Compare(base_, report_, {});
  EXPECT_TRUE(HasRegression(comparison));
  ExpectHarmless(ComparisonText(comparison), GetParam().visible);
  const std::string markdown = ComparisonMarkdown(comparison);
  ExpectHarmless(markdown, GetParam().visible_escaped);
  ExpectNoMarkup(markdown);
  ExpectHarmless(ComparisonJson(comparison).dump(), GetParam().visible);
}

TEST_P(HostileText, InATriage) {
  auto issues = LoadKnownIssues({});
  const auto triage = Triage::Create(*std::move(issues), [](const std::string&) { return std::string(); });
  ASSERT_TRUE(triage) << triage.error();
  auto scan = TriageScan::Begin(*triage);
  scan->Add("PF aborted " + GetParam().text + "\n");
  const TriageResult result = scan->Finish();
  ASSERT_EQ(result.unknown.size(), 1U);
  ExpectHarmless(TriageText(GetParam().text.substr(0, 5000), result, *triage), GetParam().visible);
  ExpectHarmless(TriageJson("log", result, *triage).dump(), GetParam().visible);
}

INSTANTIATE_TEST_SUITE_P(Strings, HostileText, ::testing::ValuesIn(AllHostile()),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace vfqual::reports
