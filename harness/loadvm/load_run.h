// `vfqual lab --stages build,install,load`: builds a module for kernels and loads it in throw-away machines. No GPU, no
// lab host.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/lab/lab_spec.h"
#include "harness/loadvm/secure_boot_mode.h"

namespace vfqual {

struct LoadRunRequest {
  std::string source;                             // as OpenModuleSource takes it
  std::vector<std::string> kernels;               // as FindKernel takes them
  std::vector<std::string> stages;                // of build, install and load
  std::map<std::string, std::string> parameters;  // of the driver, over the documented ones
  std::string driver;                             // whose parameters they are: "i915" or "xe"
  std::optional<Accelerator> accelerator;
  SecureBootMode secure_boot = SecureBootMode::kOff;
  bool dry_run = false;
  std::filesystem::path out;  // empty: ./vfqual-out/<time>-load
  std::filesystem::path cache;
  std::filesystem::path programs_folder;  // with load_init
  std::string tool;
  std::function<void(const std::string&)> print;
  std::function<bool()> cancelled;
};

// Whether these stages need no more than this: build, install and load alone, with load among them.
bool EndsAtLoad(const std::vector<std::string>& stages);

// What a module is loaded with, by its name (interfaces.md: i915 enable_guc=3 max_vfs=7, xe max_vfs=7).
std::map<std::string, std::string> DocumentedParameters(const std::string& module);

// One run with a cell for each kernel. The exit code of design.md section 4. Call it from the main thread.
Result<int> RunLoads(Host& local, const LoadRunRequest& request);

}  // namespace vfqual
