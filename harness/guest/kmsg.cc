#include "harness/guest/kmsg.h"

#include <charconv>
#include <optional>

#include "harness/guest/printable.h"

namespace vfqual {

namespace {

constexpr std::size_t kMaxRecords = 100'000;
constexpr std::size_t kMaxMessageBytes = 4096;
constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;

// A decimal number at the start of `text`, which is moved behind it.
std::optional<std::int64_t> TakeNumber(std::string_view& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool Take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// The low three bits are the level, the rest is the facility (include/linux/kern_levels.h, syslog(2)).
int LevelOf(std::int64_t priority) {
  return static_cast<int>(priority & 7);
}

// \xNN, as the kernel writes bytes that are not printable ASCII and the backslash itself.
std::string Unescape(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    unsigned value = 0;
    if (text.starts_with("\\x") && text.size() >= 4) {
      const char* const digits = text.data() + 2;
      const auto [end, error] = std::from_chars(digits, digits + 2, value, 16);
      if (error == std::errc{} && end == digits + 2) {
        bytes += static_cast<char>(value);
        text.remove_prefix(4);
        continue;
      }
    }
    bytes += text.front();
    text.remove_prefix(1);
  }
  return bytes;
}

std::string MessageFrom(std::string_view bytes) {
  std::string message = MakePrintable(bytes, Unprintable::kEscape);
  for (char& c : message) {
    if (c == '\n') c = ' ';
  }
  while (message.ends_with(' ')) message.pop_back();
  return message;
}

// "6,339,5140900,-;message": priority, sequence number, microseconds, flags and perhaps more, separated by commas.
std::optional<KernelRecord> ParseKmsg(std::string_view line) {
  const auto priority = TakeNumber(line);
  if (!priority || !Take(line, ',') || !TakeNumber(line) || !Take(line, ',')) return std::nullopt;
  const auto uptime_us = TakeNumber(line);
  const auto text = line.find(';');
  if (!uptime_us || !line.starts_with(',') || text == std::string_view::npos) return std::nullopt;
  const std::string message = Unescape(line.substr(text + 1).substr(0, kMaxMessageBytes));
  return KernelRecord{LevelOf(*priority), *uptime_us, MessageFrom(message)};
}

// "<6>[    5.140900] message"
std::optional<KernelRecord> ParseDmesg(std::string_view line) {
  if (!Take(line, '<')) return std::nullopt;
  const auto priority = TakeNumber(line);
  if (!priority || !Take(line, '>') || !Take(line, '[')) return std::nullopt;
  while (Take(line, ' ')) continue;
  const auto seconds = TakeNumber(line);
  if (!seconds || *seconds > INT64_MAX / kMicrosecondsPerSecond - 1 || !Take(line, '.')) return std::nullopt;
  const std::size_t digits = line.size();
  const auto fraction_us = TakeNumber(line);
  if (!fraction_us || digits - line.size() != 6 || !Take(line, ']')) return std::nullopt;
  Take(line, ' ');
  return KernelRecord{LevelOf(*priority), *seconds * kMicrosecondsPerSecond + *fraction_us,
                      MessageFrom(line.substr(0, kMaxMessageBytes))};
}

}  // namespace

std::vector<KernelRecord> ParseKernelLog(std::string_view text) {
  std::vector<KernelRecord> records;
  while (!text.empty() && records.size() < kMaxRecords) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto record = line.starts_with('<') ? ParseDmesg(line) : ParseKmsg(line);
    if (record) records.push_back(*std::move(record));
  }
  return records;
}

Command ReadKernelLogCommand() {
  Command command;
  command.argv = {"dmesg", "--raw"};
  command.max_output_bytes = std::size_t{16} << 20U;
  return command;
}

}  // namespace vfqual
