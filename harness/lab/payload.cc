#include "harness/lab/payload.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <system_error>

#include "harness/base/ext4_image.h"
#include "harness/base/temporary_folder.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSpareBlocks = 1024;  // for the file system's own structures
constexpr std::string_view kVersionControl = ".git";

struct Extent {
  std::uint64_t blocks = 0;
  std::uint64_t inodes = 0;
};

Status Trouble(const fs::path& path, const std::error_code& error) {
  return FailErrno(fmt::format("payload: {}", path.string()), error.value());
}

Status Stage(const fs::path& source, const fs::path& target, Extent& extent) {
  std::error_code error;
  ++extent.inodes;
  const auto status = fs::status(source, error);
  if (fs::is_directory(status)) {
    fs::create_directories(target, error);
    if (error) return Trouble(target, error);
    ++extent.blocks;
    fs::directory_iterator entries(source, error);
    if (error) return Trouble(source, error);
    for (const auto& entry : entries) {
      if (entry.path().filename() == kVersionControl) continue;
      // A link to a folder may lead in a circle.
      if (entry.is_symlink(error) && entry.is_directory(error)) continue;
      VFQUAL_CHECK(Stage(entry.path(), target / entry.path().filename(), extent), "");
    }
    return {};
  }
  if (fs::is_other(status)) return {};
  fs::create_directories(target.parent_path(), error);
  fs::copy_file(source, target, error);
  if (error) return Trouble(source, error);
  extent.blocks += fs::file_size(target, error) / kExt4BlockBytes + 1;
  return {};
}

}  // namespace

Result<std::vector<PayloadItem>> PayloadPrograms(const fs::path& programs_folder) {
  std::error_code error;
  std::vector<PayloadItem> items;
  for (const auto& entry : fs::directory_iterator(programs_folder, error)) {
    const std::string name = entry.path().filename().string();
    const bool wanted = name == "vfqual" || name.starts_with("suite_") || name.starts_with("bench_") ||
                        name.ends_with("_drv_video.so");  // the guests' VA driver
    if (wanted && entry.is_regular_file(error)) items.push_back({entry.path(), fs::path("bin") / name});
  }
  if (error) return FailErrno(fmt::format("look for programs in {}", programs_folder.string()), error.value());
  std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto is_vfqual = [](const PayloadItem& item) { return item.name == kVfqualOnPayload; };
  if (std::none_of(items.begin(), items.end(), is_vfqual)) {
    return Fail(fmt::format("no program vfqual in {}", programs_folder.string()),
                "run build/<preset>/bin/vfqual, with the suites beside it");
  }
  return items;
}

Status MakeLabPayload(Host& local, const std::vector<PayloadItem>& items, const fs::path& disk) {
  VFQUAL_TRY(const auto staging, TemporaryFolder::Make("vfqual-payload"), "");
  Extent extent;
  for (const auto& item : items) VFQUAL_CHECK(Stage(item.source, staging.Path() / item.name, extent), "");
  const std::uint64_t inodes = extent.inodes + 64;
  const std::uint64_t blocks = extent.blocks + extent.blocks / 50 + inodes / 16 + kSpareBlocks;
  Command make;
  make.argv = Mke2fsArgv({.folder = staging.Path().string(),
                          .file = disk.string(),
                          .blocks = blocks,
                          .inodes = inodes,
                          .extended_options = {},
                          .arguments = {}});
  VFQUAL_TRY(const auto made, local.Run(make), "make the payload disk");
  if (!made.Ok()) return Fail(fmt::format("make the payload disk: mke2fs: {}", made.Describe()));
  return {};
}

}  // namespace vfqual
