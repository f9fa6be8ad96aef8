// A private folder (mode 0700) that goes away, with what is in it, when its owner does.
#pragma once

#include <filesystem>
#include <string_view>

#include "harness/base/result.h"

namespace vfqual {

class TemporaryFolder {
 public:
  // "/tmp/<prefix>.XXXXXX". Kept short whatever TMPDIR says, because sockets lie in it: a socket's path is limited to
  // 107 bytes (unix(7)).
  static Result<TemporaryFolder> Make(std::string_view prefix);
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& Path() const { return path_; }
  void Release() { path_.clear(); }  // leave it on disk

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  void Delete() noexcept;

  std::filesystem::path path_;
};

}  // namespace vfqual
