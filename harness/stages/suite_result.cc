#include "harness/stages/suite_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace vfqual {

namespace {

constexpr std::size_t kMaxTests = 10000;
constexpr std::size_t kMaxNameBytes = 200;

using nlohmann::json;

std::string Text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json& List(const json& object, const char* key) {
  static const json empty = json::array();
  if (!object.is_object()) return empty;
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : empty;
}

std::string SnakeCase(const std::string& name) {
  std::string out;
  for (std::size_t index = 0; index < std::min(name.size(), kMaxNameBytes); ++index) {
    const auto letter = static_cast<unsigned char>(name[index]);
    if (std::isalnum(letter) == 0) {
      out += '_';
      continue;
    }
    // A word starts at a capital after a small letter, and at the last of several capitals: "IsAVf" is "is_a_vf".
    const auto is_upper = [&name](std::size_t at) { return std::isupper(static_cast<unsigned char>(name[at])) != 0; };
    const auto is_lower = [&name](std::size_t at) {
      return at < name.size() && std::islower(static_cast<unsigned char>(name[at])) != 0;
    };
    if (index > 0 && is_upper(index) && (!is_upper(index - 1) || is_lower(index + 1))) out += '_';
    out += static_cast<char>(std::tolower(letter));
  }
  return out;
}

// "0.004s"
double Seconds(const std::string& text) {
  return std::max(0.0, std::strtod(text.c_str(), nullptr));
}

reports::TestFacts ReadTest(const std::string& suite, const json& test) {
  reports::TestFacts facts;
  facts.path = TestPath(suite, Text(test, "name"));
  facts.seconds = Seconds(Text(test, "time"));
  facts.reason = Text(test, "reason");
  const auto& failures = List(test, "failures");
  const std::string result = Text(test, "result");
  if (!failures.empty()) {
    // suites/support/outcome.h: the machine lacks what the test needs.
    facts.verdict = Text(test, "verdict") == "MISS" ? reports::Verdict::kMiss : reports::Verdict::kFail;
    if (facts.reason.empty()) facts.reason = failures[0].is_object() ? Text(failures[0], "failure") : "failed";
  } else if (result == "SKIPPED") {
    facts.verdict = reports::Verdict::kSkip;
    if (facts.reason.empty()) facts.reason = "skipped without a reason";
  } else if (result == "COMPLETED") {
    facts.verdict = reports::Verdict::kPass;
  } else {
    facts.verdict = reports::Verdict::kError;
    facts.reason = fmt::format("the test's result is '{}'", result);
  }
  return facts;
}

}  // namespace

std::string TestPath(const std::string& suite, const std::string& test) {
  return SnakeCase(suite) + "." + SnakeCase(test);
}

Result<SuiteResult> ParseSuiteResult(const std::string& text) {
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded() || !document.is_object()) return Fail("the suite's result is no JSON object");
  SuiteResult result;
  for (const auto& suite : List(document, "testsuites")) {
    if (!suite.is_object()) continue;
    for (const auto& test : List(suite, "testsuite")) {
      if (!test.is_object() || Text(test, "status") != "RUN") continue;
      if (result.tests.size() >= kMaxTests) return Fail("the suite's result holds more than 10,000 tests");
      result.tests.push_back(ReadTest(Text(suite, "name"), test));
      if (const auto warning = Text(test, "warning"); !warning.empty()) result.warnings.push_back(warning);
    }
  }
  if (result.tests.empty()) return Fail("the suite ran no test");
  return result;
}

}  // namespace vfqual
