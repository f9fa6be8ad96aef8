#include "suites/support/text_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "suites/support/unique_fd.h"

namespace vfqual::suites {

Result<std::string> ReadText(const std::filesystem::path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> page{};
  const ssize_t size = fd ? read(fd.Get(), page.data(), page.size()) : -1;
  if (size < 0) return Fail(fmt::format("{}: {}", path.string(), std::strerror(errno)));
  std::string_view text(page.data(), static_cast<std::size_t>(size));
  while (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text);
}

Result<std::uint64_t> ReadNumber(const std::filesystem::path& path, int base) {
  auto text = ReadText(path);
  if (!text) return Fail(std::move(text).error());
  std::string_view digits = *text;
  if (base == 16 && digits.starts_with("0x")) digits.remove_prefix(2);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return Fail(fmt::format("{}: '{}' is not a number", path.string(), *text));
  }
  return number;
}

int WriteText(const std::filesystem::path& path, std::string_view text) {
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd || write(fd.Get(), text.data(), text.size()) < 0) return errno;
  return 0;
}

}  // namespace vfqual::suites
