#include "harness/base/temporary_folder.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

namespace vfqual {

Result<TemporaryFolder> TemporaryFolder::Make(std::string_view prefix) {
  std::string path = fmt::format("/tmp/{}.XXXXXX", prefix);
  if (mkdtemp(path.data()) == nullptr) return FailErrno(fmt::format("make a temporary folder {}", path), errno);
  return TemporaryFolder(path);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  if (this != &other) {
    Delete();
    path_ = std::exchange(other.path_, {});
  }
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  Delete();
}

void TemporaryFolder::Delete() noexcept {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  path_.clear();
}

}  // namespace vfqual
