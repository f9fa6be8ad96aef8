#include "module/source/folder_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "harness/base/unique_fd.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kVersionControl{".git", ".svn", ".hg"};

bool IsVersionControl(const std::string& name) {
  return std::find(kVersionControl.begin(), kVersionControl.end(), name) != kVersionControl.end();
}

Status CopyFile(const fs::path& file, const std::string& relative, fs::perms mode, TreeWriter& tree) {
  const UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.Valid()) return FailInput(fmt::format("cannot read {}: {}", file.string(), strerrordesc_np(errno)));
  std::vector<std::byte> block(std::size_t{64} << 10U);
  return tree.File(relative, (mode & fs::perms::owner_exec) != fs::perms::none,
                   [&]() -> Result<std::span<const std::byte>> {
                     const ssize_t count = read(fd.Get(), block.data(), block.size());
                     if (count < 0) return FailErrno("read " + file.string(), errno);
                     return std::span<const std::byte>(block).first(static_cast<std::size_t>(count));
                   });
}

}  // namespace

Status CopyFolder(const fs::path& from, const fs::path& to, TreeLimits limits, const std::function<bool()>& cancelled) {
  VFQUAL_TRY(auto tree, TreeWriter::Make(to, from.string(), limits), "");
  std::error_code error;
  fs::recursive_directory_iterator it(from, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (cancelled && cancelled()) return Fail("cancelled");
    const auto status = it->symlink_status(error);
    if (error) break;
    const std::string relative = it->path().lexically_relative(from).string();
    if (IsVersionControl(it->path().filename().string())) {
      if (fs::is_directory(status)) it.disable_recursion_pending();
      continue;
    }
    if (fs::is_symlink(status)) {
      const auto target = fs::read_symlink(it->path(), error);
      if (error) break;
      VFQUAL_CHECK(tree.SymbolicLink(relative, target.string()), "");
    } else if (fs::is_directory(status)) {
      VFQUAL_CHECK(tree.Folder(relative), "");
    } else if (fs::is_regular_file(status)) {
      VFQUAL_CHECK(CopyFile(it->path(), relative, status.permissions(), tree), "");
    } else {
      return FailInput(fmt::format("{} is a device, a pipe or a socket", it->path().string()),
                       "give the module's own source, nothing around it");
    }
  }
  if (error) return FailInput(fmt::format("cannot read {}: {}", from.string(), error.message()));
  return tree.Finish();
}

}  // namespace vfqual
