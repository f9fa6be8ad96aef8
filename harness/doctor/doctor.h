// `vfqual doctor`: every check of a host, through the Host seam, changing nothing.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "harness/base/host.h"
#include "harness/doctor/check.h"

namespace vfqual::doctor {

struct DoctorOptions {
  std::string module_folder;  // empty: what DKMS holds
  std::string driver;         // empty: i915 where it serves the platform, else xe
};

Result<Checks> Examine(Host& host, const DoctorOptions& options);

bool IsReady(const Checks& checks);  // nothing is bad
// One line a check with its fix below; in colours for a terminal.
std::string ChecksText(const Checks& checks, bool colours);
nlohmann::ordered_json ChecksJson(const Checks& checks, const std::string& host);

}  // namespace vfqual::doctor
