#include "harness/base/strict_json.h"

#include <gtest/gtest.h>

namespace vfqual {
namespace {

TEST(StrictJson, MalformedTextNamesFileAndLine) {
  const auto parsed = ParseJson("{\n \"vfs\": 2,,\n}", "plan.json");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().blame, Blame::kInput);
  EXPECT_NE(parsed.error().what.find("plan.json: not valid JSON"), std::string::npos);
  EXPECT_NE(parsed.error().what.find("line 2"), std::string::npos) << parsed.error().what;
}

TEST(StrictJson, UnknownFieldIsAnErrorThatListsTheKnownOnes) {
  const auto object = nlohmann::json::parse(R"({"vfs":2,"guest":[]})");
  ObjectReader reader(object, "plan.json", "");
  EXPECT_EQ(reader.Integer("vfs", 0, 7), 2);
  const auto status = reader.Finish();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().what, "plan.json: /guest: unknown field");
  EXPECT_EQ(status.error().fix, "known here: vfs");
}

TEST(StrictJson, WrongTypeMissingAndRangeAreToldWithTheirPlace) {
  const auto object = nlohmann::json::parse(R"({"a":"x","n":9,"list":["s",3]})");
  {
    ObjectReader reader(object, "f", "/in");
    reader.Integer("a", 0, 1);
    EXPECT_EQ(reader.Finish().error().what, "f: /in/a: must be a whole number, is string");
  }
  {
    ObjectReader reader(object, "f", "");
    reader.String("gone");
    EXPECT_EQ(reader.Finish().error().what, "f: /gone: is missing");
  }
  {
    ObjectReader reader(object, "f", "");
    reader.Integer("n", 1, 7);
    EXPECT_EQ(reader.Finish().error().what, "f: /n: is 9, must be 1 to 7");
  }
  {
    ObjectReader reader(object, "f", "");
    reader.Strings("list");
    EXPECT_EQ(reader.Finish().error().what, "f: /list/1: must be a string, is number");
  }
}

TEST(StrictJson, FallbacksServeAbsentFieldsOnly) {
  const auto object = nlohmann::json::parse(R"({"yes":true})");
  ObjectReader reader(object, "f", "");
  EXPECT_TRUE(reader.Boolean("yes", false));
  EXPECT_EQ(reader.String("no", "fallback"), "fallback");
  EXPECT_TRUE(reader.Finish());
}

}  // namespace
}  // namespace vfqual
