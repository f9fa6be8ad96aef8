// What was asked for, what the files say, and what runs, side by side.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

struct StatusItem {
  // kOk: running, and kept over a reboot. kReboot: configured, takes effect at the next boot. kNotInEffect: this boot
  // began after it was configured, and it does not run all the same. kNotKept: running, but not configured.
  enum class State { kOk, kReboot, kNotInEffect, kNotKept, kMissing, kUnknown };
  std::string name;           // "i915.max_vfs"
  std::string wanted;         // "7"
  std::string configured;     // "7"; "-" where no file says anything
  std::string configured_in;  // the file; empty where there is none
  std::string running;        // "0"; "-" where it cannot be seen
  State state = State::kUnknown;
  std::string cause;  // of kNotInEffect; empty otherwise
  std::string fix;
};

const char* Word(StatusItem::State state);  // "ok", "reboot", "not in effect", "not kept", "missing", "unknown"

struct HostStatus {
  bool recorded = false;          // whether `vfqual host configure` was called on this host
  std::string boot_loader;        // where the kernel's parameters are configured, or why that cannot be told
  bool commands_pending = false;  // an earlier configure was cut short
  std::vector<StatusItem> items;
};

// `fallback` is held against the host where nothing was configured by vfqual. Reads only.
Result<HostStatus> ReadStatus(Host& host, const ConfigRequest& fallback);

std::string StatusText(const HostStatus& status);
nlohmann::ordered_json ToJson(const HostStatus& status);

}  // namespace vfqual::host_config
