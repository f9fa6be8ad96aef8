#include "harness/lab/lab_compiler_cache.h"

#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

#include "harness/base/local_host.h"

namespace vfqual {

namespace fs = std::filesystem;

namespace {

// The machine's files are the image's: what a stamp tells of them need not be read, which takes an emulated processor
// longer than some compilers. The same for a second pass of the preprocessor.
constexpr auto kSettings =
    "sloppiness = file_stat_matches, file_stat_matches_ctime, include_file_mtime, include_file_ctime, time_macros\n"
    "depend_mode = true\n"
    "max_size = 500M\n";

// A result that came after the machine got the folder (see MountArgv).
Result<bool> HasGrown(SshHost& machine, const std::string& folder) {
  Command find;
  find.argv = {"find",   folder, "-type", "f", "-name", "*R", "-newer", folder + "/" + kCompilerCacheSettings,
               "-print", "-quit"};
  VFQUAL_TRY(const auto found, machine.Run(find), "looking at what was compiled");
  return found.Ok() && !found.out.empty();
}

}  // namespace

fs::path LabCompilerCache(const fs::path& cache, const LabImages& images) {
  return cache / "lab-ccache" / images.host.folder.filename();
}

Result<FileLock> LockCompilerCache(const fs::path& folder) {
  return FileLock::Take(fs::path(folder) += ".lock", {}, {});
}

Status PrepareCompilerCache(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return FailErrno(folder.string(), error.value());
  const auto settings = (folder / kCompilerCacheSettings).string();
  return LocalHost().WriteFile(settings, kSettings, 0644);
}

Status KeepCompilerCache(SshHost& machine, const std::string& folder, const fs::path& kept) {
  VFQUAL_TRY(const bool has_grown, HasGrown(machine, folder), "");
  if (!has_grown) return {};
  const fs::path unfinished = fs::path(kept) += fmt::format(".unfinished-{}", getpid());
  const fs::path former = fs::path(kept) += fmt::format(".former-{}", getpid());
  std::error_code error;
  fs::remove_all(unfinished, error);
  VFQUAL_CHECK(machine.CopyFrom(folder, unfinished, {}).map([](const auto&) {}), "");
  {
    VFQUAL_TRY(const auto lock, LockCompilerCache(kept), "");
    fs::rename(kept, former, error);
    if (!error) fs::rename(unfinished, kept, error);
  }
  if (error) return FailErrno(fmt::format("keep what was compiled as {}", kept.string()), error.value());
  fs::remove_all(former, error);
  return {};
}

}  // namespace vfqual
