#include "harness/base/local_host.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <memory>
#include <string>

#include "harness/base/unique_fd.h"

namespace vfqual {

namespace {

struct DirCloser {
  void operator()(DIR* folder) const { closedir(folder); }
};

Status WriteAll(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FailErrno(fmt::format("write {}", path), errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> LocalHost::ReadFile(const std::string& path, std::size_t max_bytes) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.Valid()) return FailErrno(fmt::format("read {}", path), errno);
  std::string text;
  std::array<char, 65536> buffer{};
  while (text.size() < max_bytes) {
    const ssize_t got = read(fd.Get(), buffer.data(), std::min(buffer.size(), max_bytes - text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno(fmt::format("read {}", path), errno);
    if (got == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

Status LocalHost::WriteAttribute(const std::string& path, std::string_view content) {
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.Valid()) return FailErrno(fmt::format("write {}", path), errno);
  ssize_t written = -1;
  do {
    written = write(fd.Get(), content.data(), content.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) return FailErrno(fmt::format("write '{}' to {}", content, path), errno);
  return {};
}

Status LocalHost::WriteFile(const std::string& path, std::string_view content, unsigned mode) {
  std::error_code error;
  const std::filesystem::path target(path);
  if (target.has_parent_path()) std::filesystem::create_directories(target.parent_path(), error);
  if (error) return FailErrno(fmt::format("make folder {}", target.parent_path().string()), error.value());
  std::string temporary = path + ".XXXXXX";
  const UniqueFd fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.Valid()) return FailErrno(fmt::format("write {}", path), errno);
  auto written = WriteAll(fd.Get(), content, path);
  if (written && fchmod(fd.Get(), mode) != 0) written = FailErrno(fmt::format("set the mode of {}", path), errno);
  if (written && fsync(fd.Get()) != 0) written = FailErrno(fmt::format("write {}", path), errno);
  if (written && rename(temporary.c_str(), path.c_str()) != 0) {
    written = FailErrno(fmt::format("replace {}", path), errno);
  }
  if (!written) unlink(temporary.c_str());
  return written;
}

Result<std::vector<std::string>> LocalHost::List(const std::string& path) {
  const std::unique_ptr<DIR, DirCloser> folder(opendir(path.c_str()));
  if (!folder) return FailErrno(fmt::format("list {}", path), errno);
  std::vector<std::string> names;
  while (const dirent* entry = readdir(folder.get())) {
    const std::string name(entry->d_name);
    if (name != "." && name != "..") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> LocalHost::ReadLink(const std::string& path) {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t got = readlink(path.c_str(), buffer.data(), buffer.size());
  if (got < 0) return FailErrno(fmt::format("read link {}", path), errno);
  return std::string(buffer.data(), static_cast<std::size_t>(got));
}

Result<bool> LocalHost::Exists(const std::string& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return FailErrno(fmt::format("look at {}", path), errno);
}

Status LocalHost::Remove(const std::string& path) {
  if (remove(path.c_str()) == 0 || errno == ENOENT) return {};
  return FailErrno(fmt::format("remove {}", path), errno);
}

}  // namespace vfqual
