#include "harness/lab/lab_host_cache.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <sstream>
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

std::set<std::string> PathsIn(const std::string& lines) {
  std::istringstream text(lines);
  std::set<std::string> paths;
  for (std::string line; std::getline(text, line);) paths.insert(std::move(line));
  return paths;
}

// libvirt checks itself whether what it finds there holds for this QEMU, kernel and processor.
Status CollectCapabilities(SshHost& machine, const std::string& folder) {
  Command copy;
  copy.argv = {"find",
               kLibvirtCapabilities,
               "-name",
               "*.xml",
               "-newer",
               folder + "/" + kHostCacheStamp,
               "-exec",
               "cp",
               "--",
               "{}",
               folder + "/" + kCapabilitiesFolder,
               ";"};
  // A run that started no guest has no such folder.
  return machine.Run(copy).map([](const auto&) {});
}

}  // namespace

fs::path LabHostCache(const fs::path& cache, const LabImages& images) {
  return cache / "lab-hosts" / images.host.folder.filename();
}

Result<FileLock> LockHostCache(const fs::path& folder) {
  return FileLock::Take(fs::path(folder) += ".lock", {}, {});
}

Status PrepareHostCache(const fs::path& folder) {
  for (const auto* name : {kCompilerCacheFolder, kCapabilitiesFolder}) {
    std::error_code error;
    fs::create_directories(folder / name, error);
    if (error) return FailErrno((folder / name).string(), error.value());
  }
  const auto settings = (folder / kCompilerCacheFolder / "ccache.conf").string();
  return LocalHost().WriteFile(settings, kSettings, 0644);
}

Result<bool> HostCacheHasGrown(Host& machine, const std::string& folder) {
  const std::string stamp = folder + "/" + kHostCacheStamp;
  VFQUAL_TRY(const auto given, machine.Read(stamp), "");
  const auto had = PathsIn(given);
  Command find;
  find.argv = {"find", folder, "-type", "f", "(", "-name", "*R", "-o", "-name", "*.xml", "-newer", stamp, ")"};
  VFQUAL_TRY(const auto found, machine.Run(find), "looking at what the machine found out");
  return found.Ok() && !std::ranges::includes(had, PathsIn(found.out));
}

Status KeepHostCache(SshHost& machine, const std::string& folder, const fs::path& kept) {
  VFQUAL_CHECK(CollectCapabilities(machine, folder), "");
  VFQUAL_TRY(const bool has_grown, HostCacheHasGrown(machine, folder), "");
  if (!has_grown) return {};
  const fs::path unfinished = fs::path(kept) += fmt::format(".unfinished-{}", getpid());
  const fs::path former = fs::path(kept) += fmt::format(".former-{}", getpid());
  std::error_code error;
  fs::remove_all(unfinished, error);
  VFQUAL_CHECK(machine.CopyFrom(folder, unfinished, {}).map([](const auto&) {}), "");
  {
    VFQUAL_TRY(const auto lock, LockHostCache(kept), "");
    fs::rename(kept, former, error);
    if (!error) fs::rename(unfinished, kept, error);
  }
  if (error) return FailErrno(fmt::format("keep what the machine found out as {}", kept.string()), error.value());
  fs::remove_all(former, error);
  return {};
}

}  // namespace vfqual
