#pragma once

#include <filesystem>
#include <string>

namespace vfqual::suites {

struct HostOptions {
  std::string pf = "0000:00:02.0";
  std::string driver = "i915";
  unsigned vfs = 0;  // how many VFs were asked for
  std::filesystem::path sysfs = "/sys";
  std::filesystem::path dev = "/dev";
};

}  // namespace vfqual::suites
