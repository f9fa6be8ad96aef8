// Holds a JSON document against one of the schemas of reports/schema/, for tests.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace vfqual::reports {

class SchemaCheck {
 public:
  // "events.schema.json"
  explicit SchemaCheck(std::string_view schema_file);
  ~SchemaCheck();
  SchemaCheck(const SchemaCheck&) = delete;
  SchemaCheck& operator=(const SchemaCheck&) = delete;

  // What does not fit, with its place; empty: the document is valid.
  std::string Violations(const nlohmann::json& document) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

// Of the source tree: "reports/testdata/passing.jsonl".
std::string ReadSourceFile(std::string_view path);

}  // namespace vfqual::reports
