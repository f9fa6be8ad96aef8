// Every file of reports/known-issues/ and reports/expectations/: a new one is checked by being there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/issues/expectations.h"
#include "reports/issues/known_issues.h"
#include "reports/testing/schema_check.h"

namespace vfqual::reports {
namespace {

using ::testing::IsEmpty;

std::string Source(const std::string& path) {
  return ReadSourceFile(path);
}

// With the drivers of each.
std::map<std::string, std::set<std::string>> Platforms() {
  std::map<std::string, std::set<std::string>> platforms;
  const auto file = nlohmann::json::parse(Source("harness/facts/platforms.json"));
  for (const auto& platform : file.at("platforms")) platforms[platform.at("id")] = platform.at("drivers");
  return platforms;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at)) text.replace(at, from.size(), to);
  return text;
}

// Name and text: the lab's own, and one of each kind of log for each platform.
std::vector<std::pair<std::string, std::string>> HealthyLogs() {
  std::vector<std::pair<std::string, std::string>> logs;
  for (const auto& entry : std::filesystem::directory_iterator(VFQUAL_SOURCE_DIR "/reports/testdata/healthy")) {
    if (entry.path().extension() != ".log") continue;
    const std::string name = entry.path().filename().string();
    logs.emplace_back(name, Source("reports/testdata/healthy/" + name));
  }
  const auto formats = nlohmann::json::parse(Source("reports/testdata/healthy/driver-formats.json"));
  const auto platforms = Platforms();
  for (const auto& platform : formats.at("platforms")) {
    const auto& drivers = platforms.at(platform.at("id"));
    for (const auto& [kind, lines] : formats.at("logs").items()) {
      const std::string driver = kind.substr(0, kind.find(' '));  // "xe in a guest"; "DKMS" and "vainfo" are any's
      if ((driver == "i915" || driver == "xe") && !drivers.contains(driver)) continue;
      std::string text;
      for (const auto& line : lines) text += line.get<std::string>() + "\n";
      text = Replaced(text, "{DEVICE}", platform.at("device"));
      text = Replaced(text, "{GUC}", platform.at("guc"));
      logs.emplace_back(platform.at("id").get<std::string>() + ", " + kind,
                        Replaced(text, "{VERSION}", platform.at("version")));
    }
  }
  return logs;
}

bool HasLog(const std::vector<std::pair<std::string, std::string>>& logs, const std::string& name) {
  return std::any_of(logs.begin(), logs.end(), [&name](const auto& log) { return log.first == name; });
}

class KnownIssueFiles : public ::testing::Test {
 protected:
  KnownIssueFiles() : issues_(KnownIssues::BuiltIn()) { EXPECT_TRUE(issues_) << issues_.error(); }
  tl::expected<KnownIssues, std::string> issues_;
};

TEST_F(KnownIssueFiles, FollowTheSchemaAndAreNamedAfterTheirId) {
  const SchemaCheck schema("known-issue.schema.json");
  const auto files = BuiltInKnownIssueFiles();
  EXPECT_GE(files.size(), 86U);
  for (const auto& [name, text] : files) {
    const auto file = nlohmann::json::parse(text);
    EXPECT_EQ(schema.Violations(file), "") << name;
    EXPECT_EQ(file.at("id").get<std::string>() + ".json", name);
    EXPECT_EQ(text, Source("reports/known-issues/" + name));
  }
}

TEST_F(KnownIssueFiles, NameKnownPlatformsAndKindsWithStages) {
  const auto platforms = Platforms();
  for (const KnownIssueEntry& issue : issues_->issues()) {
    for (const std::string& platform : issue.conditions.platforms)
      EXPECT_TRUE(platforms.contains(platform)) << issue.id;
    EXPECT_FALSE(StagesOf(issue.kind).empty()) << issue.kind;
  }
}

TEST_F(KnownIssueFiles, EachPatternMatchesItsSample) {
  for (const KnownIssueEntry& issue : issues_->issues()) {
    for (const Signature& signature : issue.signatures) {
      const auto scanner = LineScanner::Compile({signature.pattern});
      ASSERT_TRUE(scanner) << issue.id << ": " << scanner.error();
      std::vector<std::string> lines;
      // A line in the midst of a log.
      const std::string log = "[    1.0] before\n[    2.0] " + signature.sample + "\nafter\n";
      scanner->Scan(log, [&](std::size_t, std::size_t, std::string_view line) { lines.emplace_back(line); });
      EXPECT_EQ(lines, std::vector{"[    2.0] " + signature.sample}) << issue.id << ": " << signature.pattern;
    }
  }
}

TEST_F(KnownIssueFiles, NoneButHarmlessOnesMatchAHealthyLog) {
  const auto logs = HealthyLogs();
  for (const auto& [platform, drivers] : Platforms()) {
    const bool is_lab = platform == "lab";  // has logs of its runs
    for (const std::string& driver : drivers) {
      EXPECT_TRUE(is_lab || HasLog(logs, platform + ", " + driver + " on the host")) << platform << " " << driver;
    }
  }
  std::size_t harmless = 0;
  for (const auto& [name, text] : logs) {
    issues_->Find(text, [&, &log = name](std::size_t issue, std::size_t, std::string_view line) {
      const KnownIssueEntry& found = issues_->issues()[issue];
      EXPECT_TRUE(IsBenign(found)) << found.id << " matches a line of the healthy log " << log << ": " << line;
      ++harmless;
    });
  }
  EXPECT_GT(harmless, 0U);  // "module verification failed" is in them: the logs are searched at all
}

TEST(ExpectationFiles, FollowTheSchema) {
  const SchemaCheck schema("expectations.schema.json");
  const auto platforms = Platforms();
  const auto files = BuiltInExpectationFiles();
  EXPECT_FALSE(files.empty());
  std::set<std::string> ids;
  for (const auto& [name, text] : files) EXPECT_EQ(schema.Violations(nlohmann::json::parse(text)), "") << name;
  const auto expectations = ParseExpectations(files);
  ASSERT_TRUE(expectations) << expectations.error();
  for (const Expectation& expectation : *expectations) {
    EXPECT_TRUE(ids.insert(expectation.id).second) << expectation.id;
    for (const std::string& platform : expectation.conditions.platforms) EXPECT_TRUE(platforms.contains(platform));
  }
}

}  // namespace
}  // namespace vfqual::reports
