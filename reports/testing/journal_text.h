// A journal in memory, one second between its lines.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "reports/events/event.h"
#include "reports/events/timestamp.h"

namespace vfqual::reports {

class JournalText {
 public:
  explicit JournalText(std::chrono::seconds begin = {}) : begin_(begin) {}

  JournalText& Add(const Event& event) {
    nlohmann::ordered_json line = nlohmann::ordered_json::object();
    if (seq_ == 0) line["schema"] = kEventsSchema;
    line["seq"] = seq_;
    line["time"] = FormatTime(TimeMs{} + begin_ + std::chrono::seconds(seq_));
    line["event"] = event.name;
    line.update(event.fields);
    ++seq_;
    return AddLine(line.dump());
  }

  // As it is, without counting as an event.
  JournalText& AddLine(const std::string& line) {
    text_ += line + "\n";
    return *this;
  }

  // The next event's number is left out.
  JournalText& Lose() {
    ++seq_;
    return *this;
  }

  const std::string& text() const { return text_; }

 private:
  std::chrono::seconds begin_;
  std::uint64_t seq_ = 0;
  std::string text_;
};

}  // namespace vfqual::reports
