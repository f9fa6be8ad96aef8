#include "harness/guest/agent_reply.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/guest/base64.h"

namespace vfqual {

namespace {

using nlohmann::json;

constexpr int kSignalBase = 128;
// The answers have two levels; deeper values are dropped unbuilt.
constexpr int kMaxDepth = 4;
constexpr std::int64_t kMaxSignal = 64;

Result<json> Returned(std::string_view reply) {
  if (reply.size() > kMaxAgentReplyBytes) {
    return Fail(fmt::format("the guest agent sent {} bytes, more than {}", reply.size(), kMaxAgentReplyBytes));
  }
  const auto shallow = [](int depth, json::parse_event_t /*event*/, const json& /*value*/) {
    return depth <= kMaxDepth;
  };
  json document = json::parse(reply.begin(), reply.end(), shallow, false);
  if (document.is_discarded()) return Fail("the guest agent's answer is no JSON");
  if (!document.is_object() || !document.contains("return")) return Fail("the guest agent's answer has no \"return\"");
  return std::move(document["return"]);
}

Result<json> ReturnedObject(std::string_view reply) {
  VFQUAL_TRY(json value, Returned(reply), "");
  if (!value.is_object()) return Fail("the guest agent's answer: \"return\" is no object");
  return value;
}

Result<std::int64_t> Integer(const json& object, const char* key, std::int64_t least, std::int64_t most) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) {
    return Fail(fmt::format("the guest agent's answer: \"{}\" is no integer", key));
  }
  // An unsigned number above the signed range would wrap round.
  const bool fits = !found->is_number_unsigned() || std::in_range<std::int64_t>(found->get<std::uint64_t>());
  const std::int64_t value = fits ? found->get<std::int64_t>() : 0;
  if (!fits || value < least || value > most) {
    return Fail(fmt::format("the guest agent's answer: \"{}\" is not between {} and {}", key, least, most));
  }
  return value;
}

// An absent flag is false.
Result<bool> Flag(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return false;
  if (!found->is_boolean()) return Fail(fmt::format("the guest agent's answer: \"{}\" is no boolean", key));
  return found->get<bool>();
}

// Absent data is empty.
Result<std::string> Data(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::string();
  if (!found->is_string()) return Fail(fmt::format("the guest agent's answer: \"{}\" is no string", key));
  auto bytes = DecodeBase64(found->get_ref<const std::string&>());
  if (!bytes) return Fail(fmt::format("the guest agent's answer: \"{}\" is no base64", key));
  return *std::move(bytes);
}

Result<int> ExitCode(const json& object) {
  if (object.contains("signal")) {
    VFQUAL_TRY(const std::int64_t signal_number, Integer(object, "signal", 1, kMaxSignal), "");
    return kSignalBase + static_cast<int>(signal_number);
  }
  VFQUAL_TRY(const std::int64_t code,
             Integer(object, "exitcode", std::numeric_limits<int>::min(), std::numeric_limits<int>::max()), "");
  return static_cast<int>(code);
}

}  // namespace

Result<std::int64_t> ParseExecStarted(std::string_view reply) {
  VFQUAL_TRY(const json object, ReturnedObject(reply), "");
  return Integer(object, "pid", 1, std::numeric_limits<int>::max());
}

Result<ExecStatus> ParseExecStatus(std::string_view reply) {
  VFQUAL_TRY(const json object, ReturnedObject(reply), "");
  if (!object.contains("exited")) return Fail("the guest agent's answer has no \"exited\"");
  ExecStatus status;
  VFQUAL_TRY(status.exited, Flag(object, "exited"), "");
  if (!status.exited) return status;
  VFQUAL_TRY(status.exit_code, ExitCode(object), "");
  VFQUAL_TRY(status.out, Data(object, "out-data"), "");
  VFQUAL_TRY(status.err, Data(object, "err-data"), "");
  VFQUAL_TRY(const bool out_truncated, Flag(object, "out-truncated"), "");
  VFQUAL_TRY(const bool err_truncated, Flag(object, "err-truncated"), "");
  status.truncated = out_truncated || err_truncated;
  return status;
}

Result<std::int64_t> ParseFileHandle(std::string_view reply) {
  VFQUAL_TRY(const json value, Returned(reply), "");
  return Integer(json{{"handle", value}}, "handle", 0, std::numeric_limits<std::int64_t>::max());
}

Result<std::int64_t> ParseTime_ns(std::string_view reply) {
  VFQUAL_TRY(const json value, Returned(reply), "");
  return Integer(json{{"time", value}}, "time", 0, std::numeric_limits<std::int64_t>::max());
}

Result<FilePiece> ParseFilePiece(std::string_view reply, std::size_t max_bytes) {
  VFQUAL_TRY(const json object, ReturnedObject(reply), "");
  FilePiece piece;
  VFQUAL_TRY(piece.bytes, Data(object, "buf-b64"), "");
  if (piece.bytes.size() > max_bytes) {
    return Fail(
        fmt::format("the guest agent sent {} bytes of a file where {} were asked for", piece.bytes.size(), max_bytes));
  }
  VFQUAL_TRY(piece.end_of_file, Flag(object, "eof"), "");
  return piece;
}

Result<std::size_t> ParseWritten(std::string_view reply) {
  VFQUAL_TRY(const json object, ReturnedObject(reply), "");
  VFQUAL_TRY(const std::int64_t count, Integer(object, "count", 0, std::numeric_limits<std::int64_t>::max()), "");
  return static_cast<std::size_t>(count);
}

Status ParseEmpty(std::string_view reply) {
  VFQUAL_TRY([[maybe_unused]] const json object, ReturnedObject(reply), "");
  return {};
}

}  // namespace vfqual
