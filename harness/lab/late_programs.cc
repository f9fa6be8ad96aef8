#include "harness/lab/late_programs.h"

#include <fmt/format.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr auto kSerial = "vfqual-programs";
constexpr auto kCacheOnDisk = "opencl-cache.tar.gz";
constexpr std::uintmax_t kDiskBytes = std::uintmax_t{1} << 30U;  // sparse
constexpr std::chrono::milliseconds kLook{200};

}  // namespace

Status LatePrograms::MakeEmptyDisk() const {
  std::error_code error;
  if (!std::ofstream(disk_)) return Fail(fmt::format("cannot make {}", disk_.string()));
  fs::resize_file(disk_, kDiskBytes, error);
  return error ? FailErrno(fmt::format("make {}", disk_.string()), error.value()) : Status();
}

LabDisk LatePrograms::Disk() const {
  return {disk_, kSerial};
}

Status LatePrograms::Fill() {
  VFQUAL_TRY(auto programs, find_(), "");
  auto items = programs.items;
  std::error_code error;
  if (fs::exists(programs.opencl_cache, error)) items.push_back({programs.opencl_cache, kCacheOnDisk});
  // In place: the machine has the file open. Nothing has read of it but the kernel, which looked for partitions.
  VFQUAL_CHECK(MakeLabPayload(local_, items, disk_), "");
  if (fs::file_size(disk_, error) > kDiskBytes) return Fail("the guests' programs are too large for their disk");
  given_ = std::move(programs);
  return {};
}

Status LatePrograms::Deliver(Host& machine, const std::string& opencl_cache, const std::function<bool()>& cancelled) {
  while (!build_.Ended(kLook)) {
    if (cancelled()) return {};
  }
  VFQUAL_CHECK(build_.Outcome(), "");
  if (!given_) VFQUAL_CHECK(Fill(), "");
  // Mounted elsewhere first, and moved when the cache is in its place: who waits for the folder finds all of it.
  constexpr auto kScript =
      "blockdev --flushbufs \"$1\" && mkdir -p -- \"$2.new\" \"$2\" && mount -o ro -- \"$1\" \"$2.new\" && "
      "{ ! [ -e \"$2.new/$3\" ] || cp -- \"$2.new/$3\" \"$4\"; } && mount --bind -- \"$2.new\" \"$2\"";
  Command mount;
  mount.argv = {"sh", "-c", kScript, "sh", DiskPathInLab(Disk()), kLateProgramsFolder, kCacheOnDisk, opencl_cache};
  mount.cancelled = cancelled;
  VFQUAL_TRY(const auto mounted, machine.Run(mount), "mount the guests' programs");
  if (mounted.cancelled) return {};
  return mounted.Ok() ? Status() : Fail(fmt::format("mount the guests' programs: {}", mounted.Describe()));
}

}  // namespace vfqual
