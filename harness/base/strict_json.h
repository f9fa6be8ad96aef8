// Reads JSON that people write: every error names the file, the place (a JSON pointer) and what would be right;
// an unknown field is an error, so that a typo never silently does nothing.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

// Malformed text: the line, the column and what was expected there. `source` is the file's name for the message.
Result<nlohmann::json> ParseJson(const std::string& text, const std::string& source);

// One object of such a file. Collects the first error; ask for it with Finish() once all fields are read.
class ObjectReader {
 public:
  // `place` is the JSON pointer of the object, "" for the whole file.
  ObjectReader(const nlohmann::json& object, std::string source, std::string place);

  std::string String(const char* key, std::optional<std::string> fallback = std::nullopt);
  std::int64_t Integer(const char* key, std::int64_t least, std::int64_t most,
                       std::optional<std::int64_t> fallback = std::nullopt);
  bool Boolean(const char* key, std::optional<bool> fallback = std::nullopt);
  std::vector<std::string> Strings(const char* key, std::optional<std::vector<std::string>> fallback = std::nullopt);
  // The raw value; null when the field is not there and not required.
  const nlohmann::json& Value(const char* key, bool required);

  std::string PlaceOf(const std::string& key) const { return place_ + "/" + key; }
  void Reject(const std::string& place, std::string what, std::string fix = {});
  // The first error, or an error for the first field that nobody asked for.
  Status Finish();

 private:
  const nlohmann::json& object_;
  std::string source_;
  std::string place_;
  std::set<std::string> known_;
  std::optional<Error> error_;
};

}  // namespace vfqual
