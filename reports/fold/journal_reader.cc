#include "reports/fold/journal_reader.h"

#include <fmt/format.h>

#include "reports/model/text.h"

namespace vfqual::reports {

namespace {

std::string_view TakeLine(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

// Without recursion, since a line may be nested as deep as it likes; and each number as exact as it was written.
constexpr unsigned kParseFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag;

}  // namespace

JournalLine JournalReader::Parse(std::string_view text) {
  JournalLine line;
  if (text.size() > kMaxLineBytes) {
    line.problem = fmt::format("is {} bytes long", text.size());
    return line;
  }
  std::string mended;
  if (!IsValidUtf8(text)) {
    line.problem = "is not valid UTF-8";
    mended = ValidUtf8(text);
    text = mended;
  }
  event_.reset();
  pool_.Clear();
  event_.emplace(&pool_);
  event_->Parse<kParseFlags>(text.data(), text.size());
  const rapidjson::Value& event = *event_;
  if (event_->HasParseError()) {
    line.problem = "is not JSON, or was cut";
  } else if (!event.IsObject() || !event.HasMember("event") || !event["event"].IsString()) {
    line.problem = "is not an event";
  } else {
    line.event = &event;
  }
  return line;
}

std::optional<JournalLine> JournalReader::Next() {
  while (!rest_.empty()) {
    const std::string_view text = TakeLine(rest_);
    ++line_number_;
    if (text.empty() || text == "\r") continue;
    JournalLine line = Parse(text);
    line.number = line_number_;
    CheckOrder(line);
    return line;
  }
  return std::nullopt;
}

void JournalReader::CheckOrder(JournalLine& line) {
  if (line.event == nullptr) {
    ++damaged_since_;
    return;
  }
  const auto found = line.event->FindMember("seq");
  if (found == line.event->MemberEnd() || !found->value.IsUint64()) {
    line.problem = "has no sequence number";
    line.event = nullptr;
    ++damaged_since_;
    return;
  }
  const auto seq = found->value.GetUint64();
  if (seq < next_seq_) {
    line.problem = fmt::format("has sequence number {} where {} should be", seq, next_seq_);
    line.event = nullptr;
    return;
  }
  if (seq - next_seq_ > damaged_since_) {
    line.problem =
        fmt::format("has sequence number {} where {} should be: lines are missing before it", seq, next_seq_);
  }
  next_seq_ = seq + 1;
  damaged_since_ = 0;
}

}  // namespace vfqual::reports
