// Writes a tree that comes from an archive or folder that nobody vouches for: no path leads out of the root, nothing is
// written through a link, and size and number of files are bounded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace vfqual {

struct TreeLimits {
  std::uint64_t bytes = std::uint64_t{1} << 30U;  // of all files; the largest DKMS package of Debian 13 has 120 MiB
  std::uint64_t entries = 100'000;
};

// "a/./b" as "a/b"; kInput for an absolute path, one with "..", an empty one, or one too long or too deep.
Result<std::string> SafeRelativePath(std::string_view path);

class TreeWriter {
 public:
  // `root` is made; `source` names what is unpacked, for messages.
  static Result<TreeWriter> Make(const std::filesystem::path& root, std::string source, TreeLimits limits = {});

  // Paths are relative to the root and go through SafeRelativePath. Parent folders are made.
  Status Folder(std::string_view path);
  // `next` gives the next piece of the content, an empty one at its end.
  using Next = std::function<Result<std::span<const std::byte>>()>;
  Status File(std::string_view path, bool executable, const Next& next);
  Status SymbolicLink(std::string_view path, const std::string& target);
  // To a file that was written before.
  Status HardLink(std::string_view path, std::string_view target);

  // After the last entry: no symbolic link may lead out of the tree, on whatever way.
  Status Finish() const;

 private:
  TreeWriter(UniqueFd root, std::string source, TreeLimits limits)
      : root_(std::move(root)), source_(std::move(source)), limits_(limits) {}
  Status Count();
  // The folder that `path` lies in, made where it is not there, and the name in it.
  Result<std::pair<UniqueFd, std::string>> Parent(const std::string& path) const;
  Result<std::string> Checked(std::string_view path) const;
  tl::unexpected<Error> Refuse(std::string_view path, std::string_view why) const;
  tl::unexpected<Error> Broken(std::string_view path, int sys_errno) const;

  UniqueFd root_;
  std::string source_;
  TreeLimits limits_;
  std::uint64_t bytes_ = 0;
  std::uint64_t entries_ = 0;
  std::vector<std::string> links_;
};

}  // namespace vfqual
