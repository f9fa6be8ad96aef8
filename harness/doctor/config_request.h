// A request for host configuration, made of what a person asked for and what the host has.
#pragma once

#include <optional>
#include <string>

#include "harness/base/host.h"
#include "harness/facts/pf_facts.h"
#include "module/host_config/config_request.h"

namespace vfqual {

struct AskedConfig {
  std::string driver;  // empty: i915 where the platform's i915 offers SR-IOV, else xe
  std::string method;  // empty: detected
  std::string vfs_at_boot;
  std::string pf;          // empty: the only one there is
  std::optional<int> vfs;  // none: the platform's usual number
  bool keep_vfs_from_host = false;
};

struct FoundConfig {
  host_config::ConfigRequest request;
  PfFacts pf;
  std::string platform;  // "ADL-N"
};

// Reads only. Errors are kInput where more is asked for than the device or the platform has, kHarness where the host
// has no GPU with SR-IOV.
Result<FoundConfig> MakeConfigRequest(Host& host, const AskedConfig& asked);

}  // namespace vfqual
