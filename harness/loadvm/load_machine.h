// The throw-away machine: one kernel, one initramfs, no disk, no network. It loads the job's modules and tells.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/lab/lab_spec.h"
#include "harness/lab/machine_watch.h"
#include "harness/loadvm/secure_firmware.h"

namespace vfqual {

struct LoadMachineSpec {
  std::filesystem::path kernel;  // vmlinuz, or vmlinux with a PVH entry
  std::filesystem::path initramfs;
  Accelerator accelerator = Accelerator::kTcg;
  int memory_mib = 1024;
  std::optional<FirmwareFiles>
      firmware;  // with Secure Boot; the kernel is then a vmlinuz, signed once a key is enrolled
  std::filesystem::path console_log;
  std::filesystem::path report;  // what the second serial port gets
};

// QEMU 7.2 or later. Pure.
std::vector<std::string> LoadMachineArgv(const LoadMachineSpec& spec);

struct LoadMachineEnd {
  std::string report;             // what was told; a machine that died may have told half of it
  std::optional<LabDeath> death;  // it ended before its init was done
  bool timed_out = false;
  double seconds = 0;
};

// Until the machine has ended. An Error when it could not be started, was cancelled or wrote without end. Call it from
// the main thread: the machine dies with the thread that started it.
Result<LoadMachineEnd> RunLoadMachine(const LoadMachineSpec& spec, std::chrono::milliseconds limit,
                                      const std::function<bool()>& cancelled);

}  // namespace vfqual
