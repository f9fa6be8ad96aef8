#include "harness/base/folders.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <string>
#include <system_error>

namespace vfqual {

namespace {

namespace fs = std::filesystem;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing in the program sets variables
  return value == nullptr ? "" : value;
}

}  // namespace

Result<fs::path> DataFolder() {
  std::error_code error;
  const auto overridden = Environment("VFQUAL_DATA_DIR");
  if (!overridden.empty()) {
    if (fs::is_directory(fs::path(overridden) / "vmimages", error)) return fs::path(overridden);
    return FailInput(fmt::format("VFQUAL_DATA_DIR={}: holds no vmimages folder", overridden),
                     "point it to vfqual's source tree or to its share/vfqual folder, or unset it");
  }
  const auto program = fs::read_symlink("/proc/self/exe", error);
  const std::array candidates{program.parent_path().parent_path() / "share/vfqual", fs::path(VFQUAL_SOURCE_TREE)};
  for (const auto& candidate : candidates) {
    if (fs::is_directory(candidate / "vmimages", error)) return candidate;
  }
  return Fail(
      fmt::format("vfqual's data files are neither in {} nor in {}", candidates[0].string(), candidates[1].string()),
      "set VFQUAL_DATA_DIR to vfqual's source tree or to its share/vfqual folder");
}

Result<fs::path> CacheFolder() {
  auto folder = fs::path(Environment("VFQUAL_CACHE"));
  if (folder.empty()) {
    const auto xdg = Environment("XDG_CACHE_HOME");
    const auto home = Environment("HOME");
    if (xdg.empty() && home.empty()) {
      return Fail("no cache folder: neither VFQUAL_CACHE, XDG_CACHE_HOME nor HOME is set",
                  "set VFQUAL_CACHE to a folder");
    }
    folder = (xdg.empty() ? fs::path(home) / ".cache" : fs::path(xdg)) / "vfqual";
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return FailErrno(folder.string(), error.value(), "set VFQUAL_CACHE to a folder that can be written");
  return fs::absolute(folder, error);
}

}  // namespace vfqual
