// A guest's serial console as text. A guest writes what it likes there: escapes and control bytes are taken out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

// Without ANSI escapes and control bytes (new lines and tabs stay, CR LF becomes LF); bytes that are not UTF-8 become
// "?".
std::string CleanConsoleText(std::string_view raw);

// The last lines of a console log on this machine, cleaned; reads at most the file's last 64 KiB and cuts a line after
// 500 bytes.
// What lies before `from_offset` does not count: an earlier guest wrote it.
Result<std::vector<std::string>> LastConsoleLines(const std::string& path, std::size_t count,
                                                  std::size_t from_offset = 0);

// Sees what is added to a console log, to notice a kernel panic that no device reports.
class ConsoleWatch {
 public:
  // Only what is written from now on counts; the file need not exist yet.
  explicit ConsoleWatch(std::string path);
  // The line of a kernel panic among what came since the last call, cleaned; empty: none.
  std::string FindPanic();
  // Where this guest's part of the log begins.
  std::size_t StartOffset() const { return start_offset_; }

 private:
  std::string path_;
  std::size_t start_offset_ = 0;
  std::size_t offset_ = 0;
  std::string rest_;  // a line not ended yet
};

}  // namespace vfqual
