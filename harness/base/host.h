// The host under test: local, over SSH, or a fake. The one seam through which the harness touches a machine.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/process.h"
#include "harness/base/result.h"

namespace vfqual {

inline constexpr std::size_t kDefaultReadLimitBytes = std::size_t{16} << 20U;

// Paths are absolute paths of that host. Error.sys_errno carries the host's errno for file operations
// (ENOENT, EACCES, ERANGE from sysfs, …), on remote hosts too.
class Host {
 public:
  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  virtual std::string Name() const = 0;  // "local", "ssh://root@10.0.0.5:22"
  virtual Result<Completed> Run(const Command& command) = 0;
  virtual Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes) = 0;
  // One write(2) of the whole content to an existing file, nothing created or truncated first: for sysfs and procfs.
  virtual Status WriteAttribute(const std::string& path, std::string_view content) = 0;
  // Creates or replaces a regular file (through a temporary file and rename), making its folders.
  virtual Status WriteFile(const std::string& path, std::string_view content, unsigned mode) = 0;
  virtual Result<std::vector<std::string>> List(const std::string& path) = 0;  // sorted names, no "." and ".."
  virtual Result<std::string> ReadLink(const std::string& path) = 0;
  virtual Result<bool> Exists(const std::string& path) = 0;
  virtual Status Remove(const std::string& path) = 0;  // a file or an empty folder; no error when it is not there

  Result<std::string> Read(const std::string& path) { return ReadFile(path, kDefaultReadLimitBytes); }
  // The file's text without white space at its end: for sysfs attributes.
  Result<std::string> ReadTrimmed(const std::string& path);
};

}  // namespace vfqual
