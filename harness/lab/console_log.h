// A machine's serial console as it grows in a file: its last lines, and the sign that the kernel died.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfqual {

// Why this line of a kernel's console means that the machine is lost; nothing for any other line. An oops alone is not:
// a module under test may cause one, and the run is to tell it. Oopses that only broken emulation causes are (design.md
// section 6).
std::optional<std::string> FatalConsoleLine(std::string_view line);

class ConsoleLog {
 public:
  explicit ConsoleLog(std::filesystem::path file) : file_(std::move(file)) {}

  // Reads what was added since; the file need not exist yet.
  void Poll();
  // The first fatal line seen, with its reason; nothing while there is none.
  const std::optional<std::string>& Fatal() const { return fatal_; }
  // The last lines, at most kKeptLines, without control characters.
  std::vector<std::string> LastLines(std::size_t count) const;
  bool Seen(std::string_view text) const;  // among the kept lines

  static constexpr std::size_t kKeptLines = 200;

 private:
  void Take(std::string_view bytes);
  void EndLine();

  std::filesystem::path file_;
  std::uint64_t offset_ = 0;
  std::string line_;  // an incomplete one
  std::deque<std::string> lines_;
  std::optional<std::string> fatal_;
};

}  // namespace vfqual
