#include "suites/kernel_log/kernel_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "suites/support/unique_fd.h"

namespace vfqual::suites {
namespace {

// A log that grows faster than it is read must not hold the reader for ever.
constexpr std::size_t kMaxReads = 200'000;

}  // namespace

std::optional<KernelMessage> ParseKmsgRecord(std::string_view record) {
  const auto level_end = record.find(',');
  const auto prefix_end = record.find(';');
  if (prefix_end == std::string_view::npos || level_end > prefix_end) return std::nullopt;
  KernelMessage message;
  const auto prefix = record.substr(level_end + 1, prefix_end - level_end - 1);
  const auto [end, error] = std::from_chars(prefix.data(), prefix.data() + prefix.size(), message.sequence);
  if (error != std::errc{} || end == prefix.data() + prefix.size() || *end != ',') return std::nullopt;
  const auto text = record.substr(prefix_end + 1);
  message.text = text.substr(0, text.find('\n'));
  return message;
}

Result<std::vector<KernelMessage>> ReadKernelLog(const std::filesystem::path& kmsg) {
  const UniqueFd fd(open(kmsg.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return Fail(fmt::format("{}: {}", kmsg.string(), std::strerror(errno)));
  std::vector<KernelMessage> log;
  std::array<char, 16384> record{};  // larger than the kernel's CONSOLE_EXT_LOG_MAX
  for (std::size_t reads = 0; reads < kMaxReads; ++reads) {
    const ssize_t size = read(fd.Get(), record.data(), record.size());
    if (size < 0 && errno == EPIPE) continue;  // the next record was overwritten; the read after this one skips it
    if (size < 0 && errno != EAGAIN) return Fail(fmt::format("{}: {}", kmsg.string(), std::strerror(errno)));
    if (size <= 0) break;
    if (auto message = ParseKmsgRecord({record.data(), static_cast<std::size_t>(size)}))
      log.push_back(std::move(*message));
  }
  return log;
}

bool IsTruncated(const std::vector<KernelMessage>& log) {
  return !log.empty() && log.front().sequence > 0;
}

}  // namespace vfqual::suites
