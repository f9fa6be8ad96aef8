// The options that name another host, for commands that read or configure one.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "harness/base/host.h"

namespace vfqual {

struct HostOption {
  std::string url;  // empty: this machine
  std::string identity;
  std::string known_hosts;
  bool accept_new_host_key = false;
};

void AddHostOption(CLI::App& command, HostOption& option);

// Connected, where it is another machine. Errors are kInput for the address, kHarness where it cannot be reached.
Result<std::unique_ptr<Host>> OpenHost(const HostOption& option);

// Whether commands on that host run as root.
Result<bool> IsRoot(Host& host);

}  // namespace vfqual
