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
Result<std::vector<std::string>> LastConsoleLines(const std::string& path, std::size_t count);

// Sees what is added to a console log, to notice a kernel panic that no device reports.
class ConsoleWatch {
 public:
  // Only what is written from now on counts; the file need not exist yet.
  explicit ConsoleWatch(std::string path);
  // The line of a kernel panic among what came since the last call, cleaned; empty: none.
  std::string FindPanic();

 private:
  std::string path_;
  std::size_t offset_ = 0;
  std::string rest_;  // a line not ended yet
};

}  // namespace vfqual
