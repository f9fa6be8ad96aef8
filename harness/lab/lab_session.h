// One kernel in the lab: the machine is booted, the plan run in it, the run folder fetched, the machine ended; once
// more when the machine dies.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/lab/accelerator.h"
#include "harness/lab/lab_images.h"
#include "harness/lab/lab_machine.h"
#include "harness/lab/lab_qemu.h"
#include "harness/lab/payload.h"
#include "harness/lab/stage_times.h"

namespace vfqual {

struct LabSession {
  Plan plan;  // as MakeLabPlan gave it
  LabImages images;
  AcceleratorChoice accelerator;
  LabQemu qemu;  // that emulates
  std::vector<PayloadItem> programs;
  std::filesystem::path opencl_cache;             // OpenclCacheFile(); given to the guests, or made where it is missing
  std::filesystem::path host_cache;               // LabHostCache(); given to the machine, and taken back
  std::string fault;                              // "" or one of LabFaults()
  bool keep = false;                              // leave the machine running
  std::filesystem::path folder;                   // of the run; its lab/tryN folders get the machine's logs
  std::string tool;                               // "vfqual 0.1.0"
  std::function<void(const std::string&)> print;  // one line
  std::function<bool()> cancelled;
};

struct LabSessionResult {
  int exit_code = 3;
  std::vector<LabDeath> deaths;  // one for each try that was lost
};

// What is put on the payload disk, the host-side plan's file aside.
std::vector<PayloadItem> SessionPayload(const LabSession& session);
Plan SessionPlan(const LabSession& session);
LabSpec SessionSpec(const LabSession& session, const std::filesystem::path& payload_disk);

// What runs in the machine.
std::vector<std::string> MountArgv();
std::vector<std::string> RunArgv(bool has_opencl_cache);

// An error when the run could not be made at all, or was cancelled. Call it from the main thread.
Result<LabSessionResult> RunSession(Host& local, const LabSession& session, StageTimes& times);

}  // namespace vfqual
