// Commands that a dead run left running: SIGKILL ends vfqual alone, and a `dpkg --install` or `dkms build` that it
// started goes on. Nothing is put back under them.
#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/host.h"

namespace vfqual {

// In the environment of every command that changes the host, and so in that of all that it starts.
std::pair<std::string, std::string> ChangeMark();

struct LeftRunning {
  std::string pid;
  std::string command;  // its arguments, joined by spaces
};

// By /proc/PID/environ; a process that cannot be read has no mark.
std::vector<LeftRunning> FindLeftRunning(Host& host);

struct WaitLimits {
  std::chrono::milliseconds timeout = std::chrono::minutes(60);  // a module for each of several kernels
  std::chrono::milliseconds poll = std::chrono::milliseconds(500);
};

// Until none is left; what is waited for is told once. An error names what still runs when time is up.
Status WaitForLeftRunning(Host& host, std::ostream& out, const WaitLimits& limits = {});

}  // namespace vfqual
