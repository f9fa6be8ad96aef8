// The QEMU that emulates the lab's machine.
#pragma once

#include <filesystem>
#include <string>

#include "harness/base/host.h"
#include "harness/base/result.h"

namespace vfqual {

inline constexpr const char* kInstalledQemu = "qemu-system-x86_64";

struct LabQemu {
  std::string program = kInstalledQemu;
  std::string version;      // "7.2.22"; empty where the program did not tell
  bool is_private = false;  // of the cache, with its own firmware beside it
};

// The one that ci/lab-qemu put into the cache, where it starts; else the installed one. An error where neither does.
Result<LabQemu> FindLabQemu(Host& local, const std::filesystem::path& cache);

}  // namespace vfqual
