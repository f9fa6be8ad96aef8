#include "harness/lab/console_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "harness/base/unique_fd.h"

namespace vfqual {

namespace {

constexpr std::size_t kMaxLineBytes = 1024;

struct Sign {
  std::string_view text;
  std::string_view reason;
};

// kernel/panic.c; arch/x86/kernel/{dumpstack.c,traps.c}.
constexpr std::array<Sign, 5> kFatalSigns = {{
    {"Kernel panic - not syncing", "the kernel panicked"},
    {"Oops: int3:", "a breakpoint trap in kernel code: broken emulation"},
    {"int3: 0000 [#", "a breakpoint trap in kernel code: broken emulation"},
    {"double fault: 0000 [#", "a double fault: broken emulation"},
    {"corrupted stack end detected", "a corrupted kernel stack: broken emulation"},
}};

}  // namespace

std::optional<std::string> FatalConsoleLine(std::string_view line) {
  for (const auto& sign : kFatalSigns) {
    if (line.find(sign.text) != std::string_view::npos) return std::string(sign.reason);
  }
  return std::nullopt;
}

void ConsoleLog::Poll() {
  const UniqueFd fd(open(file_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.Valid()) return;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = pread(fd.Get(), buffer.data(), buffer.size(), static_cast<off_t>(offset_));
    if (got <= 0) return;
    offset_ += static_cast<std::uint64_t>(got);
    Take(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
  }
}

void ConsoleLog::Take(std::string_view bytes) {
  for (const char letter : bytes) {
    if (letter == '\n') {
      EndLine();
    } else if (line_.size() < kMaxLineBytes) {
      const auto code = static_cast<unsigned char>(letter);
      if (code >= 0x7f) line_ += '?';
      if (code >= 0x20 && code < 0x7f) line_ += letter;
    }
  }
  // A dying machine may not end its last line.
  if (!fatal_) fatal_ = FatalConsoleLine(line_);
}

void ConsoleLog::EndLine() {
  if (!fatal_) fatal_ = FatalConsoleLine(line_);
  lines_.push_back(std::move(line_));
  line_.clear();
  if (lines_.size() > kKeptLines) lines_.pop_front();
}

std::vector<std::string> ConsoleLog::LastLines(std::size_t count) const {
  std::vector<std::string> last(lines_.end() - static_cast<std::ptrdiff_t>(std::min(count, lines_.size())),
                                lines_.end());
  if (!line_.empty()) last.push_back(line_);
  if (last.size() > count) last.erase(last.begin());
  return last;
}

bool ConsoleLog::Seen(std::string_view text) const {
  const auto holds = [text](const std::string& line) { return line.find(text) != std::string::npos; };
  return holds(line_) || std::any_of(lines_.begin(), lines_.end(), holds);
}

}  // namespace vfqual
