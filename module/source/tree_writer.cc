#include "module/source/tree_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace vfqual {

namespace {

constexpr std::size_t kMaxPathBytes = 1024;
constexpr int kMaxDepth = 64;
constexpr mode_t kFolderMode = 0755;
constexpr mode_t kFileMode = 0644;
constexpr mode_t kProgramMode = 0755;

// openat2(2), Linux 5.6: the kernel itself refuses to leave the root, or to pass a link.
UniqueFd OpenBeneath(int root, const std::string& path, std::uint64_t flags, std::uint64_t resolve) {
  open_how how{};
  how.flags = flags;
  how.resolve = resolve;
  return UniqueFd(static_cast<int>(syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
}

UniqueFd OpenFolder(int root, const std::string& path) {
  return OpenBeneath(root, path.empty() ? "." : path, O_PATH | O_DIRECTORY | O_CLOEXEC,
                     RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

int WriteAll(int fd, std::span<const std::byte> data) {
  while (!data.empty()) {
    const ssize_t count = write(fd, data.data(), data.size());
    if (count < 0 && errno != EINTR) return errno;
    if (count > 0) data = data.subspan(static_cast<std::size_t>(count));
  }
  return 0;
}

}  // namespace

Result<std::string> SafeRelativePath(std::string_view path) {
  const auto refuse = [path](const char* why) {
    return FailInput(fmt::format("'{}' {}", path.substr(0, kMaxPathBytes), why));
  };
  if (path.empty()) return refuse("is no path");
  if (path.front() == '/') return refuse("is an absolute path");
  if (path.size() > kMaxPathBytes) return refuse("is too long a path");
  if (path.find('\0') != std::string_view::npos) return refuse("has a NUL in it");
  std::string safe;
  int depth = 0;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == "..") return FailInput("a path with '..' in it leads out of the archive");
    if (++depth > kMaxDepth) return FailInput("a path has too many folders in it");
    safe += (safe.empty() ? "" : "/") + std::string(part);
  }
  return safe;
}

Result<TreeWriter> TreeWriter::Make(const std::filesystem::path& root, std::string source, TreeLimits limits) {
  std::error_code error;
  std::filesystem::create_directories(root, error);
  if (error) return FailErrno("make folder " + root.string(), error.value());
  UniqueFd fd(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd.Valid()) return FailErrno("open " + root.string(), errno);
  return TreeWriter(std::move(fd), std::move(source), limits);
}

tl::unexpected<Error> TreeWriter::Refuse(std::string_view path, std::string_view why) const {
  return FailInput(fmt::format("{}: '{}' {}", source_, path, why), "take a release from a place you trust");
}

tl::unexpected<Error> TreeWriter::Broken(std::string_view path, int sys_errno) const {
  if (sys_errno == EEXIST) return Refuse(path, "is in it twice");
  if (sys_errno == ELOOP || sys_errno == EXDEV || sys_errno == ENOTDIR) return Refuse(path, "leads through a link");
  if (sys_errno == ENAMETOOLONG || sys_errno == EINVAL) return Refuse(path, "is no name that a file can have");
  return FailErrno(
      fmt::format("unpacking '{}' of {}", path, source_), sys_errno,
      sys_errno == ENOSPC || sys_errno == EDQUOT ? "free some space, or set VFQUAL_CACHE to another file system" : "");
}

Result<std::string> TreeWriter::Checked(std::string_view path) const {
  auto safe = SafeRelativePath(path);
  if (!safe) return Refuse(path, safe.error().what);
  return safe;
}

Status TreeWriter::Count() {
  if (++entries_ <= limits_.entries) return {};
  return FailInput(fmt::format("{}: holds more than {} files", source_, limits_.entries),
                   "give the module's own source, nothing around it");
}

Result<std::pair<UniqueFd, std::string>> TreeWriter::Parent(const std::string& path) const {
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash);
  UniqueFd parent = OpenFolder(root_.Get(), folder);
  if (!parent.Valid() && errno == ENOENT) {
    UniqueFd at = OpenFolder(root_.Get(), "");
    for (std::size_t begin = 0; begin < folder.size();) {
      const auto end = std::min(folder.find('/', begin), folder.size());
      const std::string name = folder.substr(begin, end - begin);
      if (mkdirat(at.Get(), name.c_str(), kFolderMode) != 0 && errno != EEXIST) return Broken(path, errno);
      at = OpenFolder(at.Get(), name);
      if (!at.Valid()) return Broken(path, errno);
      begin = end + 1;
    }
    parent = std::move(at);
  }
  if (!parent.Valid()) return Broken(path, errno);
  return std::pair{std::move(parent), slash == std::string::npos ? path : path.substr(slash + 1)};
}

Status TreeWriter::Folder(std::string_view path) {
  VFQUAL_CHECK(Count(), "");
  VFQUAL_TRY(const auto safe, Checked(path), "");
  if (safe.empty()) return {};
  VFQUAL_TRY(const auto place, Parent(safe), "");
  if (mkdirat(place.first.Get(), place.second.c_str(), kFolderMode) == 0) return {};
  if (errno != EEXIST) return Broken(safe, errno);
  if (!OpenFolder(root_.Get(), safe).Valid()) return Refuse(safe, "is in it twice, once as a folder");
  return {};
}

Status TreeWriter::File(std::string_view path, bool executable, const Next& next) {
  VFQUAL_CHECK(Count(), "");
  VFQUAL_TRY(const auto safe, Checked(path), "");
  if (safe.empty()) return Refuse(path, "is no file's name");
  VFQUAL_TRY(const auto place, Parent(safe), "");
  const UniqueFd file(openat(place.first.Get(), place.second.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                             executable ? kProgramMode : kFileMode));
  if (!file.Valid()) return Broken(safe, errno);
  for (;;) {
    VFQUAL_TRY(const auto piece, next(), "");
    if (piece.empty()) break;
    bytes_ += piece.size();
    if (bytes_ > limits_.bytes) {
      return FailInput(fmt::format("{}: unpacks to more than {} MiB", source_, limits_.bytes >> 20U),
                       "give the module's own source, nothing around it");
    }
    if (const int failed = WriteAll(file.Get(), piece); failed != 0) return Broken(safe, failed);
  }
  return {};
}

Status TreeWriter::SymbolicLink(std::string_view path, const std::string& target) {
  VFQUAL_CHECK(Count(), "");
  VFQUAL_TRY(const auto safe, Checked(path), "");
  if (target.empty() || target.front() == '/') return Refuse(path, fmt::format("is a link to '{}'", target));
  VFQUAL_TRY(const auto place, Parent(safe), "");
  if (symlinkat(target.c_str(), place.first.Get(), place.second.c_str()) != 0) return Broken(safe, errno);
  links_.push_back(safe);
  return {};
}

Status TreeWriter::HardLink(std::string_view path, std::string_view target) {
  VFQUAL_CHECK(Count(), "");
  VFQUAL_TRY(const auto safe, Checked(path), "");
  VFQUAL_TRY(const auto safe_target, Checked(target), "");
  const UniqueFd file =
      OpenBeneath(root_.Get(), safe_target, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
  struct stat info {};
  if (!file.Valid() || fstat(file.Get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Refuse(path, fmt::format("is a hard link to '{}', which is no file of the archive", target));
  }
  // A copy: the two must not change together.
  std::vector<std::byte> block(std::size_t{64} << 10U);
  return File(safe, (info.st_mode & S_IXUSR) != 0, [&]() -> Result<std::span<const std::byte>> {
    const ssize_t count = read(file.Get(), block.data(), block.size());
    if (count < 0) return Broken(safe_target, errno);
    return std::span<const std::byte>(block).first(static_cast<std::size_t>(count));
  });
}

Status TreeWriter::Finish() const {
  for (const auto& link : links_) {
    if (OpenBeneath(root_.Get(), link, O_PATH | O_CLOEXEC, RESOLVE_BENEATH).Valid()) continue;
    if (errno == EXDEV) return Refuse(link, "is a link that leads out of the source");
    if (errno == ELOOP) return Refuse(link, "is a link to itself");
    // A link to what is not there must not lead out either, once something is there.
    std::string lexical;
    if (errno == ENOENT) {
      std::vector<char> target(4096);
      const ssize_t count = readlinkat(root_.Get(), link.c_str(), target.data(), target.size());
      if (count > 0) lexical.assign(target.data(), static_cast<std::size_t>(count));
    }
    const auto place = (std::filesystem::path(link).parent_path() / lexical).lexically_normal();
    if (place.string().starts_with("..")) return Refuse(link, "is a link that leads out of the source");
  }
  return {};
}

}  // namespace vfqual
