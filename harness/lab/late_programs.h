// The guests' programs for a lab machine that booted before they were built: on a disk of their own, which is empty
// until then.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/lab/lab_spec.h"
#include "harness/lab/payload.h"
#include "harness/lab/programs_build.h"

namespace vfqual {

// Where that disk is mounted in the machine. It holds bin/, and is mounted when all of it is there.
inline constexpr const char* kLateProgramsFolder = "/run/vfqual/programs";

struct GuestPrograms {
  std::vector<PayloadItem> items;      // of PayloadPrograms(), or a part of them
  std::filesystem::path opencl_cache;  // OpenclCacheFile() for them
};

class LatePrograms {
 public:
  using Find = std::function<Result<GuestPrograms>()>;

  // `find` is asked once the build has ended well. `disk`: a file that does not exist yet.
  LatePrograms(Host& local, const ProgramsBuild& build, Find find, std::filesystem::path disk)
      : local_(local), build_(build), find_(std::move(find)), disk_(std::move(disk)) {}

  // Before the machine starts.
  Status MakeEmptyDisk() const;
  LabDisk Disk() const;

  // Waits for the end of the build, fills the disk and mounts it in the machine; a kept OpenCL cache is put at
  // `opencl_cache` there. Returns early, without an error, when `cancelled` says so. May be called for another machine
  // after the first one died.
  Status Deliver(Host& machine, const std::string& opencl_cache, const std::function<bool()>& cancelled);

  // What Deliver gave; nothing before.
  const std::optional<GuestPrograms>& Given() const { return given_; }

 private:
  Status Fill();

  Host& local_;
  const ProgramsBuild& build_;
  Find find_;
  std::filesystem::path disk_;
  std::optional<GuestPrograms> given_;
};

}  // namespace vfqual
