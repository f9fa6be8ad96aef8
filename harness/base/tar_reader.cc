#include "harness/base/tar_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace vfqual {

namespace {

// Offsets of the ustar header: POSIX.1-2001 pax(1), "ustar Interchange Format".
constexpr std::size_t kTarBlockBytes = 512;
constexpr std::size_t kSizeOffset = 124;
constexpr std::size_t kChecksumOffset = 148;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::size_t kTypeOffset = 156;
constexpr std::size_t kMagicOffset = 257;
constexpr std::size_t kPrefixOffset = 345;
constexpr std::size_t kMaxLeftOutTold = 100;

std::string_view Text(std::string_view header, std::size_t offset, std::size_t length) {
  const auto field = header.substr(offset, length);
  return field.substr(0, field.find('\0'));
}

std::optional<std::uint64_t> Octal(std::string_view header, std::size_t offset, std::size_t length) {
  std::uint64_t value = 0;
  bool any = false;
  for (const char digit : Text(header, offset, length)) {
    if (digit == ' ') {
      if (any) break;
      continue;
    }
    if (digit < '0' || digit > '7') return std::nullopt;
    value = value * 8 + static_cast<std::uint64_t>(digit - '0');
    any = true;
  }
  return any ? std::optional(value) : std::nullopt;
}

bool ChecksumMatches(std::string_view header) {
  std::uint64_t sum = 0;
  for (std::size_t index = 0; index < header.size(); ++index) {
    const bool blank = index >= kChecksumOffset && index < kChecksumOffset + kChecksumBytes;
    sum += blank ? std::uint64_t{' '} : static_cast<unsigned char>(header[index]);
  }
  return Octal(header, kChecksumOffset, kChecksumBytes) == sum;
}

std::string MemberName(std::string_view header) {
  const auto prefix = Text(header, kPrefixOffset, 155);
  const auto name = Text(header, 0, 100);
  return prefix.empty() ? std::string(name) : fmt::format("{}/{}", prefix, name);
}

bool IsControl(char letter) {
  const auto code = static_cast<unsigned char>(letter);
  return code < 0x20 || code == 0x7f;
}

// Why a name may not be written; empty when it may.
std::string_view NameTrouble(std::string_view name) {
  if (name.empty()) return "no name";
  if (name.front() == '/') return "an absolute path";
  for (const char letter : name) {
    if (IsControl(letter)) return "a control character in its name";
  }
  const std::filesystem::path path(name);
  if (std::find(path.begin(), path.end(), "..") != path.end()) return "'..' in its path";
  return {};
}

std::string Printable(std::string_view name) {
  std::string text(name);
  std::replace_if(text.begin(), text.end(), IsControl, '?');
  return text;
}

Status WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FailErrno("write a fetched file", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Status TarReader::Feed(std::string_view bytes) {
  while (!error_ && !bytes.empty()) {
    auto fed = FeedSome(bytes);
    if (!fed) error_ = std::move(fed).error();
  }
  if (error_) return tl::unexpected<Error>(*error_);
  return {};
}

Status TarReader::FeedSome(std::string_view& bytes) {
  if (ended_) {
    bytes = {};
    return {};
  }
  if (data_left_ > 0) {
    const auto piece = bytes.substr(0, std::min<std::uint64_t>(data_left_, bytes.size()));
    bytes.remove_prefix(piece.size());
    data_left_ -= piece.size();
    bytes_ += piece.size();
    if (bytes_ > limits_.total_bytes) {
      return Fail(fmt::format("more than {} MiB to fetch", limits_.total_bytes >> 20U));
    }
    if (file_.Valid()) VFQUAL_CHECK(WriteAll(file_.Get(), piece), "");
    if (data_left_ == 0) file_.Reset();
    return {};
  }
  if (padding_left_ > 0) {
    const auto skipped = std::min<std::uint64_t>(padding_left_, bytes.size());
    bytes.remove_prefix(skipped);
    padding_left_ -= skipped;
    return {};
  }
  const auto piece = bytes.substr(0, kTarBlockBytes - block_.size());
  bytes.remove_prefix(piece.size());
  block_ += piece;
  if (block_.size() < kTarBlockBytes) return {};
  const std::string header = std::exchange(block_, {});
  return OpenMember(header);
}

Status TarReader::OpenMember(std::string_view header) {
  if (header.find_first_not_of('\0') == std::string_view::npos) {
    ended_ = true;
    return {};
  }
  const auto size = Octal(header, kSizeOffset, 12);
  if (Text(header, kMagicOffset, 5) != "ustar" || !ChecksumMatches(header) || !size) return Fail("not a tar stream");
  if (++count_ > limits_.file_count) return Fail(fmt::format("more than {} files to fetch", limits_.file_count));
  const char type = header[kTypeOffset];
  const bool folder = type == '5';
  data_left_ = folder ? 0 : *size;
  padding_left_ = (kTarBlockBytes - data_left_ % kTarBlockBytes) % kTarBlockBytes;

  const std::string name = MemberName(header);
  if (const auto trouble = NameTrouble(name); !trouble.empty()) {
    LeaveOut(name, trouble);
    return {};
  }
  if (!folder && type != '0' && type != '\0') {
    LeaveOut(name, "not a file or folder");
    return {};
  }
  const auto path = (folder_ / name).lexically_normal();
  std::error_code error;
  std::filesystem::create_directories(folder ? path : path.parent_path(), error);
  if (error) return FailErrno(fmt::format("make folder for {}", path.string()), error.value());
  if (folder) return {};
  file_ = UniqueFd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file_.Valid()) return FailErrno(fmt::format("create {}", path.string()), errno);
  if (data_left_ == 0) file_.Reset();
  return {};
}

Status TarReader::Finish() {
  if (error_) return tl::unexpected<Error>(*error_);
  if (!ended_) return Fail("the stream ended in the middle of a file");
  return {};
}

void TarReader::LeaveOut(std::string_view name, std::string_view why) {
  if (left_out_.size() < kMaxLeftOutTold) left_out_.push_back(fmt::format("{}: {}", Printable(name), why));
}

}  // namespace vfqual
