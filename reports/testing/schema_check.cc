#include "reports/testing/schema_check.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace vfqual::reports {

struct SchemaCheck::Compiled {
  valijson::Schema schema;
};

SchemaCheck::SchemaCheck(std::string_view schema_file) : compiled_(std::make_unique<Compiled>()) {
  const nlohmann::json document = nlohmann::json::parse(ReadSourceFile("reports/schema/" + std::string(schema_file)));
  const valijson::adapters::NlohmannJsonAdapter adapter(document);
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, compiled_->schema);
}

SchemaCheck::~SchemaCheck() = default;

std::string SchemaCheck::Violations(const nlohmann::json& document) const {
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter adapter(document);
  if (validator.validate(compiled_->schema, adapter, &results)) return {};
  std::string violations;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const std::string& part : error.context) violations += part;
    violations += ": " + error.description + "\n";
  }
  return violations.empty() ? "does not fit" : violations;
}

std::string ReadSourceFile(std::string_view path) {
  std::ifstream file(std::string(VFQUAL_SOURCE_DIR "/") + std::string(path), std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + std::string(path));
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace vfqual::reports
