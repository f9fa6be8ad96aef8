// One thing that must be right on a host: what was found, where, and what to do.
#pragma once

#include <string>
#include <vector>

namespace vfqual::doctor {

enum class State { kOk, kWarn, kBad, kUnknown };  // kUnknown: it could not be checked

const char* Word(State state);  // "ok", "warn", "bad", "unknown"

struct Check {
  std::string id;  // "kernel", "iommu-firmware": stable, for --json
  State state = State::kUnknown;
  std::string evidence;  // what was read, and where
  std::string fix;       // empty where nothing is to be done
};

using Checks = std::vector<Check>;

}  // namespace vfqual::doctor
