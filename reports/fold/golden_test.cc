// The golden journals and the report.json that belongs to each. VFQUAL_UPDATE_GOLDEN=1 writes them anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "reports/fold/fold.h"
#include "reports/model/report_json.h"
#include "reports/testing/schema_check.h"

namespace vfqual::reports {
namespace {

class Golden : public ::testing::TestWithParam<const char*> {
 protected:
  static std::string File(const char* extension) { return std::string("reports/testdata/") + GetParam() + extension; }
};

TEST_P(Golden, JournalFitsTheSchema) {
  const SchemaCheck schema("events.schema.json");
  std::istringstream journal(ReadSourceFile(File(".jsonl")));
  for (std::string line; std::getline(journal, line);) EXPECT_EQ(schema.Violations(nlohmann::json::parse(line)), "");
}

TEST_P(Golden, FoldsByteForByte) {
  const std::string json = ReportJsonText(Fold(ReadSourceFile(File(".jsonl"))));
  if (std::getenv("VFQUAL_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(VFQUAL_SOURCE_DIR "/" + File(".report.json"), std::ios::binary) << json;
  }
  EXPECT_EQ(json, ReadSourceFile(File(".report.json")));
  const SchemaCheck schema("report.schema.json");
  EXPECT_EQ(schema.Violations(nlohmann::json::parse(json)), "");
}

INSTANTIATE_TEST_SUITE_P(Journals, Golden, ::testing::Values("passing", "failing"),
                         [](const auto& param) { return std::string(param.param); });

TEST(Schema, RejectsWhatTheContractForbids) {
  const SchemaCheck schema("report.schema.json");
  const nlohmann::json good = nlohmann::json::parse(ReadSourceFile("reports/testdata/passing.report.json"));
  ASSERT_EQ(schema.Violations(good), "");
  const auto broken = [&](const char* pointer, const nlohmann::json& value) {
    nlohmann::json report = good;
    report[nlohmann::json::json_pointer(pointer)] = value;
    return !schema.Violations(report).empty();
  };
  EXPECT_TRUE(broken("/schema", "vfqual/report/2"));
  EXPECT_TRUE(broken("/verdict", "OK"));
  EXPECT_TRUE(broken("/run/started", "yesterday"));
  EXPECT_TRUE(broken("/cells/0/platform/hardware", "no"));
  EXPECT_TRUE(broken("/cells/0/stages/0/name", "compile"));
  EXPECT_TRUE(broken("/cells/0/stages/0/seconds", -1));
  EXPECT_TRUE(broken("/cells/0/guests/0/stages/5/verdict", nullptr));
  EXPECT_TRUE(broken("/cells/0/guests/0/tests/0", nlohmann::json::object()));
  EXPECT_TRUE(broken("/cells/0/guests/0/metrics/0/value", "4.2"));
  EXPECT_FALSE(broken("/cells/0/added_later", 1));
  for (const char* field :
       {"first_failure", "kernel", "platform", "module", "stages", "guests", "host_tests", "known_issues"}) {
    nlohmann::json report = good;
    report["cells"][0].erase(field);
    EXPECT_NE(schema.Violations(report), "") << field;
  }
}

}  // namespace
}  // namespace vfqual::reports
