// Takes a journal apart into its lines, and tells which of them are damaged.
#pragma once

#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfqual::reports {

// The writer's longest event stays far below; a longer line is damage.
inline constexpr std::size_t kMaxLineBytes = std::size_t{8} * 1024 * 1024;

struct JournalLine {
  std::uint64_t number = 0;  // counts from 1
  const rapidjson::Value* event =
      nullptr;          // an object with an "event", until the next line; null: the line cannot be used
  std::string problem;  // what is wrong with the line or its place in the order; empty: nothing
};

// Blank lines are passed over. A line after a damaged one may have either the next number or the one after it.
class JournalReader {
 public:
  // The text must outlive the reader.
  explicit JournalReader(std::string_view text) : rest_(text) {}

  // Nothing at the end.
  std::optional<JournalLine> Next();

 private:
  JournalLine Parse(std::string_view text);
  void CheckOrder(JournalLine& line);

  rapidjson::MemoryPoolAllocator<> pool_;  // of event_, used again for each line
  std::optional<rapidjson::Document> event_;
  std::string_view rest_;
  std::uint64_t line_number_ = 0;
  std::uint64_t next_seq_ = 0;
  std::uint64_t damaged_since_ = 0;  // lines without a usable seq since the last one with it
};

}  // namespace vfqual::reports
