#include "harness/guest/console.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "harness/base/unique_fd.h"
#include "harness/guest/printable.h"

namespace vfqual {

namespace {

constexpr std::size_t kTailBytes = std::size_t{64} << 10U;
constexpr std::size_t kMaxLineBytes = 500;
// panic() in kernel/panic.c begins its message so.
constexpr std::string_view kPanic = "Kernel panic - not syncing";

// What follows ESC: "[…final", "]…BEL" or "]…ESC \", or one character. Returns how many bytes to skip after the ESC.
std::size_t EscapeLength(std::string_view after) {
  if (after.empty()) return 0;
  std::size_t end = 1;
  if (after.front() == '[') {
    while (end < after.size() && after[end] >= ' ' && after[end] < '@') ++end;
    return end + (end < after.size() && after[end] >= '@' ? 1 : 0);
  }
  if (after.front() == ']') {
    end = std::min(after.find_first_of("\a\x1b\n"), after.size());
    return end + (end < after.size() && after[end] == '\a' ? 1 : 0);
  }
  return 1;
}

// Up to max_bytes from `offset` on.
Result<std::string> ReadAt(int fd, std::size_t offset, std::size_t max_bytes, const std::string& path) {
  std::string text(max_bytes, '\0');
  std::size_t size = 0;
  while (size < max_bytes) {
    const ssize_t got = pread(fd, text.data() + size, max_bytes - size, static_cast<off_t>(offset + size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno(fmt::format("read {}", path), errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

struct OpenFile {
  UniqueFd fd;
  std::size_t size_bytes = 0;
};

// Regular files only: opening a pipe or a device could block.
Result<OpenFile> OpenLog(const std::string& path) {
  OpenFile file{UniqueFd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))};
  if (!file.fd.Valid()) return FailErrno(fmt::format("open {}", path), errno);
  struct stat status {};
  if (fstat(file.fd.Get(), &status) != 0) return FailErrno(fmt::format("stat {}", path), errno);
  if (!S_ISREG(status.st_mode)) return Fail(fmt::format("{} is no regular file", path));
  file.size_bytes = static_cast<std::size_t>(status.st_size);
  return file;
}

}  // namespace

std::string CleanConsoleText(std::string_view raw) {
  std::string text;
  text.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\x1b') {
      i += EscapeLength(raw.substr(i + 1));
    } else {
      text += raw[i];
    }
  }
  return MakePrintable(text, Unprintable::kDrop);
}

Result<std::vector<std::string>> LastConsoleLines(const std::string& path, std::size_t count, std::size_t from_offset) {
  VFQUAL_TRY(const OpenFile file, OpenLog(path), "");
  if (from_offset > file.size_bytes) from_offset = 0;  // virtlogd has begun a new file
  const std::size_t offset = std::max(from_offset, file.size_bytes - std::min(file.size_bytes, kTailBytes));
  VFQUAL_TRY(const std::string raw, ReadAt(file.fd.Get(), offset, kTailBytes, path), "");
  const std::string text = CleanConsoleText(raw);
  std::vector<std::string> lines;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) lines.emplace_back(rest.substr(0, std::min(end, kMaxLineBytes)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (lines.size() > count) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(count));
  return lines;
}

ConsoleWatch::ConsoleWatch(std::string path) : path_(std::move(path)) {
  if (const auto file = OpenLog(path_)) start_offset_ = offset_ = file->size_bytes;
}

std::string ConsoleWatch::FindPanic() {
  const auto file = OpenLog(path_);
  if (!file) return {};
  if (file->size_bytes < offset_) offset_ = 0;  // virtlogd has begun a new file
  const auto added = ReadAt(file->fd.Get(), offset_, kTailBytes, path_);
  if (!added) return {};
  offset_ += added->size();
  rest_ += *added;
  const auto found = rest_.find(kPanic);
  if (found == std::string::npos) {
    // The words may be cut in two by the end of what was read.
    rest_.erase(0, rest_.size() - std::min(rest_.size(), kPanic.size()));
    return {};
  }
  const std::size_t end = std::min(rest_.find('\n', found), rest_.size());
  std::string line = CleanConsoleText(std::string_view(rest_).substr(found, std::min(end - found, kMaxLineBytes)));
  rest_.erase(0, end);
  return line;
}

}  // namespace vfqual
