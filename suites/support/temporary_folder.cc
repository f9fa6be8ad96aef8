#include "suites/support/temporary_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace vfqual::suites {

Result<TemporaryFolder> TemporaryFolder::Make() {
  std::error_code error;
  std::string pattern = (std::filesystem::temp_directory_path(error) / "vfqual-suite.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return Fail(fmt::format("mkdtemp {}: {}", pattern, std::strerror(errno)));
  return TemporaryFolder(pattern);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  if (!path_.empty()) std::filesystem::remove_all(path_, error);
}

}  // namespace vfqual::suites
