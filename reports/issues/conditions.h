// Under which circumstances a known issue or an expectation applies.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/report.h"

namespace vfqual::reports {

// Where a log or a result comes from; what is not known is empty.
struct Circumstances {
  std::string side;  // "host", "guest-linux", "guest-windows"
  std::string kernel;
  std::string module_version;
  std::string driver;    // "i915", "xe"
  std::string platform;  // an id: "ADL-N"
};

// The kernel is the guest's own where a guest is given.
Circumstances CircumstancesOf(const CellReport& cell, const std::optional<std::string>& guest);

// An empty list or text sets no condition; of a list one entry must hold.
struct Conditions {
  std::vector<std::string> sides;
  std::vector<std::string> kernels;  // ranges (version_range.h)
  std::vector<std::string> modules;  // ranges of dated releases: "<2026.03.05.1"
  std::vector<std::string> platforms;
  std::string driver;
};

// Of "applies_to": {"kernels": [], "modules": [], "platforms": [], "driver": ""}. The schema has been checked, but for
// the ranges: the error names a wrong one.
std::string ReadConditions(const nlohmann::json& applies_to, Conditions& conditions);

// What speaks against it: "kernel 6.8.12-1-pve is not 6.14.*"; empty: nothing. What is not known speaks against
// nothing.
std::string Contradiction(const Conditions& conditions, const Circumstances& known);

}  // namespace vfqual::reports
