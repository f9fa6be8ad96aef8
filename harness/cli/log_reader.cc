#include "harness/cli/log_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

#include "harness/base/process.h"
#include "harness/base/unique_fd.h"

namespace vfqual {

namespace {

constexpr std::size_t kHeadBytes = std::size_t{64} * 1024;
constexpr std::uint64_t kMinPartBytes = std::uint64_t{8} << 20U;

// Of such a size that the piece is still in the processor's cache when it is looked at.
constexpr std::size_t kPieceBytes = std::size_t{256} * 1024;

struct Compression {
  std::string_view magic;
  const char* program;
};
constexpr Compression kCompressions[] = {{"\x1f\x8b", "gzip"},
                                         {{"\xfd"
                                           "7zXZ\0",
                                           6},
                                          "xz"},
                                         {"\x28\xb5\x2f\xfd", "zstd"},
                                         {"BZh", "bzip2"}};

const char* Decompressor(std::string_view head) {
  for (const Compression& compression : kCompressions) {
    if (head.starts_with(compression.magic)) return compression.program;
  }
  return nullptr;
}

Status RefuseWhatIsNoLog(std::string_view head, const std::string& name) {
  if (head.starts_with("LPKSHHRH")) {
    return FailInput(name + " is a journal file of systemd",
                     fmt::format("journalctl --file {} | vfqual triage -", name));
  }
  if (head.starts_with("\x7f"
                       "ELF"))
    return FailInput(name + " is a program, not a log", "name a log, a run's folder, or - for stdin");
  return {};
}

// Fills the buffer as far as there is something to read; less than its size only at the end.
Result<std::size_t> ReadFull(int fd, std::vector<char>& buffer, const std::string& name) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t count = read(fd, buffer.data() + filled, buffer.size() - filled);
    if (count == 0) break;
    if (count > 0) {
      filled += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      return FailInput(fmt::format("cannot read {}: {}", name, strerrordesc_np(errno)),
                       "name a log, a run's folder, or - for stdin");
    }
  }
  return filled;
}

// Where the line after `offset` begins; the offset itself where none does within a few kilobytes.
std::uint64_t LineAfter(int fd, std::uint64_t offset, std::vector<char>& buffer) {
  const ssize_t count = pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset));
  const std::string_view text(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  const std::size_t end = text.find('\n');
  return offset + (end == std::string_view::npos ? 0 : end + 1);
}

Status Unpack(const char* program, std::string packed, const std::string& name,
              const std::function<void(std::string_view)>& on_piece) {
  std::size_t unpacked_bytes = 0;
  bool is_too_large = false;
  Command command;
  command.argv = {program, "-dc"};
  command.stdin_data = std::move(packed);
  command.max_output_bytes = std::size_t{64} * 1024;
  command.timeout = std::chrono::minutes(5);
  command.on_stdout = [&](std::string_view piece) {
    unpacked_bytes += piece.size();
    is_too_large = is_too_large || unpacked_bytes > kMaxUnpackedBytes;
    if (!is_too_large) on_piece(piece);
  };
  command.cancelled = [&is_too_large] { return is_too_large; };
  VFQUAL_TRY(const auto completed, RunProcess(command), fmt::format("unpacking {}", name));
  if (is_too_large) return FailInput(name + " holds more than 4 GiB", "cut it to the time of the failure");
  // What could be read of a damaged file may still hold the failure.
  if (!completed.Ok() && unpacked_bytes == 0)
    return FailInput(fmt::format("cannot unpack {}: {}", name, completed.Describe()), "check the file");
  return {};
}

}  // namespace

Status ReadLog(const std::string& name, const std::function<void(std::string_view)>& on_piece) {
  UniqueFd file;
  if (name != "-") {
    file = UniqueFd(open(name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.Valid()) {
      return FailInput(fmt::format("cannot read {}: {}", name, strerrordesc_np(errno)),
                       "name a log, a run's folder, or - for stdin");
    }
  }
  const int fd = name == "-" ? STDIN_FILENO : file.Get();
  const std::string shown = name == "-" ? "stdin" : name;
  std::vector<char> buffer(kPieceBytes);
  VFQUAL_TRY(auto filled, ReadFull(fd, buffer, shown), "");
  const std::string_view head(buffer.data(), filled);
  VFQUAL_CHECK(RefuseWhatIsNoLog(head, shown), "");
  const char* const decompressor = Decompressor(head);
  std::string packed;
  while (filled > 0) {
    const std::string_view piece(buffer.data(), filled);
    if (decompressor != nullptr) {
      packed += piece;
    } else {
      on_piece(piece);
    }
    VFQUAL_TRY(filled, ReadFull(fd, buffer, shown), "");
  }
  return decompressor == nullptr ? Status() : Unpack(decompressor, std::move(packed), shown, on_piece);
}

std::vector<LogPart> SplitLog(const std::string& name, std::size_t max_parts) {
  const UniqueFd file(name == "-" ? -1 : open(name.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!file.Valid() || fstat(file.Get(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
  const auto size = static_cast<std::uint64_t>(info.st_size);
  const std::uint64_t count = std::min<std::uint64_t>(max_parts, size / kMinPartBytes);
  std::vector<char> buffer(kHeadBytes);
  const ssize_t head = pread(file.Get(), buffer.data(), buffer.size(), 0);
  const std::string_view begin(buffer.data(), head > 0 ? static_cast<std::size_t>(head) : 0);
  if (count < 2 || Decompressor(begin) != nullptr || !RefuseWhatIsNoLog(begin, name)) return {};
  std::vector<LogPart> parts = {{.begin = 0, .end = size}};
  for (std::uint64_t i = 1; i < count; ++i) {
    const std::uint64_t line = LineAfter(file.Get(), size / count * i, buffer);
    if (line <= parts.back().begin || line >= size) continue;
    parts.back().end = line;
    parts.push_back({.begin = line, .end = size});
  }
  return parts;
}

Status ReadLogPart(const std::string& name, const LogPart& part,
                   const std::function<void(std::string_view)>& on_piece) {
  const UniqueFd file(open(name.c_str(), O_RDONLY | O_CLOEXEC));
  std::vector<char> buffer(kPieceBytes);
  for (std::uint64_t at = part.begin; at < part.end;) {
    const ssize_t count =
        pread(file.Get(), buffer.data(), std::min<std::uint64_t>(buffer.size(), part.end - at), static_cast<off_t>(at));
    if (count == 0) break;  // it was made shorter by now
    if (count > 0) {
      on_piece({buffer.data(), static_cast<std::size_t>(count)});
      at += static_cast<std::uint64_t>(count);
    } else if (errno != EINTR) {
      return FailInput(fmt::format("cannot read {}: {}", name, strerrordesc_np(errno)), "check the file");
    }
  }
  return {};
}

}  // namespace vfqual
