// Pieces of a program's output, handed on as whole lines.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace vfqual {

class LineSplitter {
 public:
  // `take` gets each line without its end. A line longer than the limit is handed on in parts.
  explicit LineSplitter(std::function<void(const std::string&)> take) : take_(std::move(take)) {}
  LineSplitter(const LineSplitter&) = delete;
  LineSplitter& operator=(const LineSplitter&) = delete;
  ~LineSplitter() {
    if (!line_.empty()) take_(line_);
  }

  void Feed(std::string_view piece) {
    for (const char letter : piece) {
      if (letter != '\n') line_ += letter;
      if (letter == '\n' || line_.size() >= kLimitBytes) {
        take_(line_);
        line_.clear();
      }
    }
  }

  static constexpr std::size_t kLimitBytes = 4096;

 private:
  std::function<void(const std::string&)> take_;
  std::string line_;
};

}  // namespace vfqual
