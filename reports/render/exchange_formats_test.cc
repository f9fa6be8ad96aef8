// junit.xml and kcidb.json: what other systems read must be valid whatever a guest printed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <regex>
#include <set>

#include "reports/fold/fold.h"
#include "reports/render/junit.h"
#include "reports/render/kcidb.h"
#include "reports/testing/schema_check.h"

namespace vfqual::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Report Folded(const std::string& name) {
  return Fold(ReadSourceFile("reports/testdata/" + name + ".jsonl"));
}

pugi::xml_document Parsed(const Report& report) {
  pugi::xml_document document;
  const std::string xml = JunitXml(report);
  const auto parsed = document.load_string(xml.c_str());
  EXPECT_TRUE(parsed) << parsed.description() << ": " << xml.substr(static_cast<std::size_t>(parsed.offset), 100);
  EXPECT_EQ(xml.find('\0'), std::string::npos);
  return document;
}

TEST(JunitXml, CountsAreThoseOfTheCases) {
  for (const char* name : {"passing", "failing", "hostile"}) {
    const auto document = Parsed(Folded(name));
    int tests = 0;
    for (const pugi::xml_node suite : document.child("testsuites").children("testsuite")) {
      int failures = 0;
      int errors = 0;
      int skipped = 0;
      int cases = 0;
      for (const pugi::xml_node test : suite.children("testcase")) {
        ++cases;
        failures += test.child("failure") ? 1 : 0;
        errors += test.child("error") ? 1 : 0;
        skipped += test.child("skipped") ? 1 : 0;
      }
      EXPECT_EQ(suite.attribute("tests").as_int(), cases);
      EXPECT_EQ(suite.attribute("failures").as_int(), failures);
      EXPECT_EQ(suite.attribute("errors").as_int(), errors);
      EXPECT_EQ(suite.attribute("skipped").as_int(), skipped);
      tests += cases;
    }
    EXPECT_EQ(document.child("testsuites").attribute("tests").as_int(), tests) << name;
    EXPECT_GT(tests, 0) << name;
  }
}

TEST(JunitXml, AFailureHasItsReasonAndDuration) {
  Report report = Folded("failing");
  report.cells[0].host_tests.push_back(
      {.stage = "pf", .path = "a<b>", .verdict = Verdict::kFail, .seconds = 1.5, .reason = "\"no\" & \x01"});
  const auto document = Parsed(report);
  const auto test = document.select_node("//testcase[@name='a<b>']").node();
  EXPECT_STREQ(test.child("failure").attribute("message").value(), "\"no\" & ␁");
  EXPECT_STREQ(test.attribute("time").value(), "1.500");
}

TEST(JunitXml, ARunWithoutACellIsAnError) {
  EXPECT_EQ(Parsed(Fold("")).child("testsuites").attribute("errors").as_int(), 1);
}

TEST(JunitXml, AnExpectedFailureIsSkipped) {
  Report report = Folded("passing");
  report.cells[0].host_tests.push_back(
      {.stage = "pf", .path = "known", .verdict = Verdict::kFail, .seconds = 0, .reason = "r"});
  report.cells[0].expectations.push_back({.id = "e",
                                          .path = "known",
                                          .guest = std::nullopt,
                                          .state = ExpectationState::kExpectedFailure,
                                          .url = "https://example.org",
                                          .reason = "",
                                          .expires = ""});
  const auto document = Parsed(report);
  EXPECT_THAT(document.select_node("//testcase[@name='known']/skipped/@message").attribute().value(),
              StartsWith("expected FAIL"));
  EXPECT_EQ(document.child("testsuites").attribute("failures").as_int(), 0);
}

// The rules of kcidb v5 that a document can break (shared by its published schema): fields, nulls, ids, paths, lengths.
class KcidbRules {
 public:
  void Check(const nlohmann::json& document) {
    EXPECT_EQ(document.at("version"), (nlohmann::json{{"major", 5}, {"minor", 3}}));
    NoNulls(document);
    for (const auto& checkout : document.at("checkouts")) {
      Object(checkout, {"id", "origin"},
             {"tree_name", "git_repository_url", "git_commit_hash", "git_commit_name", "git_commit_tags",
              "git_repository_branch", "patchset_files", "patchset_hash", "comment", "start_time", "log_url",
              "log_excerpt", "valid", "misc"});
    }
    for (const auto& build : document.at("builds")) {
      Object(build, {"checkout_id", "id", "origin"},
             {"comment", "start_time", "duration", "architecture", "command", "compiler", "input_files", "output_files",
              "config_name", "config_url", "log_url", "log_excerpt", "status", "misc"});
      EXPECT_TRUE(ids_.contains(build.at("checkout_id")));
    }
    for (const auto& test : document.at("tests")) Test(test);
  }

 private:
  static void NoNulls(const nlohmann::json& value) {
    EXPECT_FALSE(value.is_null());
    if (value.is_structured()) {
      for (const auto& item : value) NoNulls(item);
    }
  }

  void Object(const nlohmann::json& object, std::set<std::string> required, const std::set<std::string>& optional) {
    for (const auto& [key, value] : object.items())
      EXPECT_TRUE(required.contains(key) || optional.contains(key)) << key;
    for (const std::string& key : required) EXPECT_TRUE(object.contains(key)) << key;
    static const std::regex id_rule("[a-z0-9_]+:.+");
    const std::string id = object.at("id");
    EXPECT_TRUE(std::regex_match(id, id_rule)) << id;
    EXPECT_EQ(id.substr(0, id.find(':')), object.at("origin"));
    EXPECT_TRUE(ids_.insert(id).second) << "twice: " << id;
    EXPECT_LE(object.value("log_excerpt", "").size(), 16384U);
    if (object.contains("start_time")) {
      static const std::regex time_rule(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))");
      EXPECT_TRUE(std::regex_match(object.at("start_time").get<std::string>(), time_rule));
    }
    static const std::set<std::string> kStatus = {"FAIL", "ERROR", "MISS", "PASS", "DONE", "SKIP"};
    EXPECT_TRUE(!object.contains("status") || kStatus.contains(object.at("status")));
  }

  void Test(const nlohmann::json& test) {
    Object(test, {"build_id", "id", "origin"},
           {"environment", "path", "comment", "log_url", "log_excerpt", "status", "number", "start_time", "duration",
            "input_files", "output_files", "misc"});
    EXPECT_TRUE(ids_.contains(test.at("build_id")));
    static const std::regex path_rule(R"(([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*)?)");
    const std::string path = test.at("path");
    EXPECT_TRUE(std::regex_match(path, path_rule)) << path;
    for (const auto& [key, value] : test.at("environment").items())
      EXPECT_TRUE(key == "compatible" || key == "comment" || key == "misc") << key;
    if (!test.contains("number")) return;
    for (const auto& [key, value] : test.at("number").items())
      EXPECT_TRUE(key == "value" || key == "unit" || key == "prefix") << key;
    EXPECT_TRUE(test.at("number").at("value").is_number());
  }

  std::set<std::string> ids_;
};

TEST(KcidbJson, FollowsTheRulesOfTheFormat) {
  for (const char* name : {"passing", "failing", "hostile"}) {
    SCOPED_TRACE(name);
    KcidbRules().Check(nlohmann::json::parse(KcidbJson(Folded(name))));
  }
  KcidbRules().Check(nlohmann::json::parse(KcidbJson(Fold(""))));
}

TEST(KcidbJson, AMetricHasItsNumberAndThePlatformIsTheEnvironment) {
  const auto document = nlohmann::json::parse(KcidbJson(Folded("passing")));
  EXPECT_EQ(document.at("checkouts").size(), 1U);
  EXPECT_EQ(document.at("builds").size(), 1U);
  bool has_number = false;
  for (const auto& test : document.at("tests")) {
    EXPECT_EQ(test.at("environment").at("misc").at("platform"), "lab");
    has_number = has_number || test.contains("number");
  }
  EXPECT_TRUE(has_number);
}

TEST(KcidbPath, FollowsTheRule) {
  EXPECT_EQ(KcidbPath("va.decode/h264 <x>"), "va.decode_h264__x_");
  EXPECT_EQ(KcidbPath(".a..b."), "a.b");
  EXPECT_EQ(KcidbPath("ü"), "__");
  EXPECT_EQ(KcidbPath(""), "");
}

}  // namespace
}  // namespace vfqual::reports
