// The stages install and load of a cell without a GPU: in a throw-away machine instead of on a host.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "harness/base/host.h"
#include "harness/lab/lab_spec.h"
#include "harness/loadvm/load_job.h"
#include "harness/loadvm/secure_boot_verdict.h"
#include "harness/loadvm/secure_firmware.h"
#include "reports/events/event_writer.h"

namespace vfqual {

struct LoadContext {
  Host& local;
  reports::EventWriter& events;
  std::string cell;
  std::filesystem::path run_folder;
  std::string logs;              // folder in it, made and filled: "logs/6.12"
  std::filesystem::path init;    // the program load_init
  std::filesystem::path kernel;  // what QEMU starts: the job's vmlinuz, or a vmlinux made of it
  Accelerator accelerator = Accelerator::kTcg;
  std::function<bool()> cancelled;
  // With Secure Boot: the firmware, whose variables the machine may write, and what is to be seen of it.
  std::optional<FirmwareFiles> firmware;
  std::optional<SecureBootExpectation> secure_boot;
};

// Puts the modules where DKMS would, into a tree of their own. False when that ended badly, and nothing can be loaded.
bool RunLoadInstallStage(const LoadContext& context, const LoadJob& job, const std::filesystem::path& stage,
                         StagedModules& staged);

// Boots the machine and journals each check (load_verdict.h), the kernel's log and the logs. False when it ended badly.
bool RunLoadVmStage(const LoadContext& context, const LoadJob& job, const std::filesystem::path& stage,
                    const StagedModules& staged);

}  // namespace vfqual
