// GPU generations by PCI id, from platforms.json.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

struct Platform {
  std::string id;  // "ADL-N", "lab"
  std::string name;
  bool hardware = true;              // false: the lab's stand-in
  std::vector<std::string> drivers;  // "i915", "xe": those that offer SR-IOV on it
  int default_vfs = 7;               // how many VFs a plan without a number gets
  int fp32_lanes_per_eu = 0;         // of each execution unit (vector engine); 0: not known
  std::vector<std::string> device_ids;
};

Result<std::vector<Platform>> LoadPlatforms();

// `device` is the PCI device id in hex without 0x. Null where no platform has it.
const Platform* FindPlatform(const std::vector<Platform>& platforms, const std::string& device);

// Of all platforms, the lab's too.
std::vector<std::string> AllDeviceIds(const std::vector<Platform>& platforms);

}  // namespace vfqual
