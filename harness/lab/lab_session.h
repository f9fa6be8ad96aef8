// What one kernel's run in the lab consists of: what the machine is given, and what runs in it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/lab/accelerator.h"
#include "harness/lab/lab_images.h"
#include "harness/lab/lab_qemu.h"
#include "harness/lab/late_programs.h"
#include "harness/lab/payload.h"

namespace vfqual {

struct LabSession {
  Plan plan;  // as MakeLabPlan gave it
  LabImages images;
  AcceleratorChoice accelerator;
  LabQemu qemu;  // that emulates
  std::vector<PayloadItem> programs;
  // Set while the guests' programs are still built: they come later (LatePrograms, of `find_late`), `programs` is
  // vfqual alone, and `opencl_cache` is empty.
  const ProgramsBuild* unfinished = nullptr;
  LatePrograms::Find find_late;
  std::filesystem::path opencl_cache;             // OpenclCacheFile(); given to the guests, or made where it is missing
  std::filesystem::path host_cache;               // LabHostCache(); given to the machine, and taken back
  std::string fault;                              // "" or one of LabFaults()
  bool keep = false;                              // leave the machine running
  std::filesystem::path folder;                   // of the run; its lab/tryN folders get the machine's logs
  std::string tool;                               // "vfqual 0.1.0"
  std::function<void(const std::string&)> print;  // one line
  std::function<bool()> cancelled;
};

// Names on the machine.
inline constexpr const char* kRunFolder = "/var/tmp/vfqual-run";
inline constexpr const char* kHostCacheInLab = "/var/tmp/vfqual-host-cache";
inline constexpr const char* kPlanName = "plan.json";  // on the payload
// On the payload, and in the run folder where the run keeps it.
inline constexpr const char* kOpenclCacheName = "opencl-cache.tar.gz";

// What is put on the payload disk, the host-side plan's file aside.
std::vector<PayloadItem> SessionPayload(const LabSession& session);
Plan SessionPlan(const LabSession& session);
// `late_disk`: of the programs that are still built.
LabSpec SessionSpec(const LabSession& session, const std::filesystem::path& payload_disk,
                    const std::optional<LabDisk>& late_disk = {});

// What runs in the machine.
std::vector<std::string> MountArgv();
std::vector<std::string> RunArgv(const LabSession& session);

}  // namespace vfqual
