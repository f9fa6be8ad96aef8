#include "module/source/fingerprint.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "harness/base/sha256.h"
#include "harness/base/unique_fd.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

Result<std::string> FileDigest(const fs::path& file) {
  const UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.Valid()) return FailErrno("open " + file.string(), errno);
  Sha256 hash;
  std::vector<std::byte> block(std::size_t{64} << 10U);
  for (;;) {
    const ssize_t count = read(fd.Get(), block.data(), block.size());
    if (count < 0) return FailErrno("read " + file.string(), errno);
    if (count == 0) return hash.HexDigest();
    hash.Update(std::span<const std::byte>(block).first(static_cast<std::size_t>(count)));
  }
}

}  // namespace

Result<std::string> FingerprintTree(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> lines;
  for (auto it = fs::recursive_directory_iterator(folder, error); !error && it != fs::recursive_directory_iterator();
       it.increment(error)) {
    const auto status = it->symlink_status(error);
    if (error) break;
    if (fs::is_directory(status)) continue;
    const std::string path = it->path().lexically_relative(folder).string();
    std::string kind = "f";
    std::string content;
    if (fs::is_symlink(status)) {
      kind = "l";
      content = fs::read_symlink(it->path(), error).string();
      if (error) break;
    } else {
      if ((status.permissions() & fs::perms::owner_exec) != fs::perms::none) kind = "x";
      VFQUAL_TRY(content, FileDigest(it->path()), "taking the source's fingerprint");
    }
    // A NUL is in no path, so that no two trees give the same lines.
    lines.push_back(path + '\0' + kind + content + '\n');
  }
  if (error) return FailErrno("reading " + folder.string(), error.value());
  std::sort(lines.begin(), lines.end());
  Sha256 hash;
  for (const auto& line : lines) hash.Update(line);
  return hash.HexDigest();
}

}  // namespace vfqual
