#include "harness/base/strict_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace vfqual {

namespace {

const nlohmann::json kAbsent;

// nlohmann's message without its "[json.exception.parse_error.101] " head.
std::string Readable(const std::string& message) {
  const auto end = message.find("] ");
  return end == std::string::npos ? message : message.substr(end + 2);
}

}  // namespace

Result<nlohmann::json> ParseJson(const std::string& text, const std::string& source) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    return FailInput(fmt::format("{}: not valid JSON: {}", source, Readable(error.what())),
                     "mend the file at that place");
  }
}

ObjectReader::ObjectReader(const nlohmann::json& object, std::string source, std::string place)
    : object_(object), source_(std::move(source)), place_(std::move(place)) {
  if (!object_.is_object()) Reject(place_, fmt::format("must be an object, is {}", object_.type_name()));
}

const nlohmann::json& ObjectReader::Value(const char* key, bool required) {
  known_.insert(key);
  if (!object_.is_object()) return kAbsent;
  const auto found = object_.find(key);
  if (found != object_.end()) return *found;
  if (required) Reject(PlaceOf(key), "is missing", fmt::format("add the field \"{}\"", key));
  return kAbsent;
}

std::string ObjectReader::String(const char* key, std::optional<std::string> fallback) {
  const auto& value = Value(key, !fallback);
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_null()) Reject(PlaceOf(key), fmt::format("must be a string, is {}", value.type_name()));
  return fallback.value_or("");
}

std::int64_t ObjectReader::Integer(const char* key, std::int64_t least, std::int64_t most,
                                   std::optional<std::int64_t> fallback) {
  const auto& value = Value(key, !fallback);
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    if (number < least || number > most) {
      Reject(PlaceOf(key), fmt::format("is {}, must be {} to {}", number, least, most));
    }
    return number;
  }
  if (!value.is_null()) Reject(PlaceOf(key), fmt::format("must be a whole number, is {}", value.type_name()));
  return fallback.value_or(least);
}

bool ObjectReader::Boolean(const char* key, std::optional<bool> fallback) {
  const auto& value = Value(key, !fallback);
  if (value.is_boolean()) return value.get<bool>();
  if (!value.is_null()) Reject(PlaceOf(key), fmt::format("must be true or false, is {}", value.type_name()));
  return fallback.value_or(false);
}

std::vector<std::string> ObjectReader::Strings(const char* key, std::optional<std::vector<std::string>> fallback) {
  const auto& value = Value(key, !fallback);
  if (value.is_null()) return fallback.value_or(std::vector<std::string>{});
  std::vector<std::string> strings;
  if (!value.is_array()) Reject(PlaceOf(key), fmt::format("must be a list of strings, is {}", value.type_name()));
  for (std::size_t index = 0; value.is_array() && index < value.size(); ++index) {
    if (value[index].is_string()) {
      strings.push_back(value[index].get<std::string>());
    } else {
      Reject(fmt::format("{}/{}", PlaceOf(key), index),
             fmt::format("must be a string, is {}", value[index].type_name()));
    }
  }
  return strings;
}

void ObjectReader::Reject(const std::string& place, std::string what, std::string fix) {
  if (error_) return;
  Error error;
  error.blame = Blame::kInput;
  error.what = fmt::format("{}: {}: {}", source_, place.empty() ? "/" : place, what);
  error.fix = std::move(fix);
  error_ = std::move(error);
}

Status ObjectReader::Finish() {
  if (object_.is_object()) {
    for (const auto& [key, value] : object_.items()) {
      if (!known_.contains(key)) {
        Reject(PlaceOf(key), "unknown field", fmt::format("known here: {}", fmt::join(known_, ", ")));
      }
    }
  }
  if (error_) return tl::unexpected<Error>(*error_);
  return {};
}

}  // namespace vfqual
